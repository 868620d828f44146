import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { eventReader } from "../testing/event-reader.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../testing/gateway-under-test.ts";
import { entry, ScriptedWatch } from "../testing/scripted-watch.ts";

const ORIGIN = "https://app.example";

let clock: ManualClock;
let test: GatewayUnderTest;
beforeEach(async () => {
  clock = new ManualClock(Date.now());
  test = await startGatewayUnderTest({ TIDINGS_GATEWAY_CORS_ORIGINS: ORIGIN }, clock);
  test.services.scripts.friend.countFriends = async () => ({ friendCounts: [7] });
});
afterEach(() => test[Symbol.asyncDispose]());

describe("a web page of an allowed origin", () => {
  const preflight = (origin: string, path = "/v1/posts") =>
    fetch(`${test.url}${path}`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });

  it("may ask, with a token in a header that it sets itself", async () => {
    const { status, headers } = await preflight(ORIGIN);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(headers.get("access-control-allow-headers")).toContain("authorization");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    const answer = await test.ask({ url: "/v1/friends/count", headers: { origin: ORIGIN } });
    expect(answer.headers["access-control-allow-origin"]).toBe(ORIGIN);
  });

  it("reads what went wrong, too", async () => {
    const { status, headers } = await fetch(`${test.url}/v1/timeline`, {
      headers: { origin: ORIGIN },
    });
    expect([status, headers.get("access-control-allow-origin")]).toEqual([401, ORIGIN]);
  });

  it("of another origin may not, and an unknown path stays unknown", async () => {
    const { headers } = await preflight("https://evil.example");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect((await test.ask({ url: "/v1/nothing" })).status).toBe(404);
  });
});

it("answers a path with a slash at its end as the path", async () => {
  const answer = await test.ask({ url: "/v1/friends/count/" });
  const plain = await test.ask({ url: "/v1/friends/count" });
  expect([answer.status, answer.body]).toEqual([200, plain.body]);
});

describe("EventSource", () => {
  async function streamToken(): Promise<string> {
    const { status, body } = await test.ask({ method: "POST", url: "/v1/stream-tokens" });
    expect(status).toBe(200);
    return body.stream_token;
  }
  const open = (query: string) => fetch(`${test.url}/v1/timeline/stream?${query}`);

  it("opens a stream by a token in the query, and resumes by one", async () => {
    const watch = new ScriptedWatch();
    test.services.scripts.timeline.watchTimeline = (request, call) => watch.serve(request, call);
    watch.push([entry(5n)]);
    const response = await open(`stream_token=${await streamToken()}&last_event_id=seen`);
    expect(response.status).toBe(200);
    const next = eventReader(response);
    expect(await next()).toBeDefined();
    expect(watch.requests).toMatchObject([{ viewerId: 1n, resumeCursor: "seen" }]);
    watch.end();
  });

  it("is refused a minute later, with the remedy, and with any other token", async () => {
    const token = await streamToken();
    await clock.advance(61_000);
    const late = await open(`stream_token=${token}`);
    expect(late.status).toBe(401);
    expect(await late.text()).toContain("POST /v1/stream-tokens");
    expect((await open(`stream_token=${await test.token()}`)).status).toBe(401);
  });

  it("has a token that opens nothing else", async () => {
    const token = await streamToken();
    const page = await fetch(`${test.url}/v1/timeline?stream_token=${token}`);
    expect(page.status).toBe(401);
    const bearer = await fetch(`${test.url}/v1/timeline`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(bearer.status).toBe(401);
  });
});

describe("the keys of an issuer at its address", () => {
  it("are fetched, and the claim that holds the user's id is chosen", async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const keys = [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" }];
    const issuer = createServer((_, response) => response.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
    const { port } = issuer.address() as AddressInfo;
    await using gateway = await startGatewayUnderTest({
      TIDINGS_JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks`,
      TIDINGS_JWT_USER_CLAIM: "https://example/user_id",
    });
    gateway.services.scripts.friend.countFriends = async () => ({ friendCounts: [3] });
    const ask = async (claims: Record<string, unknown>) => {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .setIssuer("tidings")
        .setAudience("tidings-api")
        .setSubject("auth0|abc")
        .setExpirationTime("1h")
        .sign(privateKey);
      return gateway.ask({
        url: "/v1/friends/count",
        headers: { authorization: `Bearer ${token}` },
      });
    };
    expect((await ask({ "https://example/user_id": 42 })).status).toBe(200);
    expect((await ask({ "https://example/user_id": "42" })).status).toBe(200);
    expect((await ask({})).status).toBe(401);
    issuer.close();
    issuer.closeAllConnections();
  });

  it("that can't be had make the gateway unavailable, not the token bad", async () => {
    await using gateway = await startGatewayUnderTest({
      TIDINGS_JWT_JWKS_URL: "http://127.0.0.1:1/jwks",
    });
    expect((await gateway.ask({ url: "/v1/timeline" })).status).toBe(503);
  });
});
