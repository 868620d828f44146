import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

/** Answers whoever asks for its keys that it can't show them now. */
async function startSilentIssuer() {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(500).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

it("takes no token for wrong that can't be checked, nor asks a silent issuer for each", async () => {
  await using issuer = await startSilentIssuer();
  const clock = new ManualClock(Date.now());
  const env = { TIDINGS_GATEWAY_WRONG_TOKENS: "1", TIDINGS_JWT_JWKS_URL: issuer.url };
  await using test = await startGatewayUnderTest(env, clock);
  const ask = () => test.ask({ url: "/v1/friends/count" });
  for (const _ of [1, 2, 3]) {
    const { status, headers } = await ask();
    expect(status).toBe(503);
    expect(headers).not.toHaveProperty("www-authenticate");
  }
  expect(issuer.asked()).toBe(1);
  await clock.advance(1_000);
  expect((await ask()).status).toBe(503);
  expect(issuer.asked()).toBe(2);
});

it("counts no tokens of streams: old ones of many browsers keep nobody out at their address", async () => {
  await using test = await startGatewayUnderTest({ TIDINGS_GATEWAY_WRONG_TOKENS: "1" });
  const streamToken = (await test.ask({ url: "/v1/stream-tokens", method: "POST" })).body
    .stream_token;
  const open = async (token: string) =>
    (await test.gateway.app.inject({ url: `/v1/timeline/stream?stream_token=${token}` }))
      .statusCode;
  for (const _ of [1, 2, 3]) expect(await open("a.b.c")).toBe(401);
  expect((await test.ask({ url: "/v1/friends/count", userId: 2n })).status).not.toBe(429);
  const wrong = { authorization: "Bearer a.b.c" };
  expect((await test.ask({ url: "/v1/friends/count", headers: wrong })).status).toBe(401);
  expect((await test.ask({ url: "/v1/friends/count", headers: wrong })).status).toBe(429);
  expect(await open(streamToken)).not.toBe(429);
});
