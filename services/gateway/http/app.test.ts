import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGatewayUnderTest } from "../testing/gateway-under-test.ts";

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest({ TIDINGS_GATEWAY_RATE_LIMIT: "20" });
});
beforeEach(() => {
  test.services.reset();
  test.services.scripts.timeline.getTimeline = async () => ({
    entries: [],
    nextPageToken: "",
    degraded: [],
  });
});
afterAll(() => test[Symbol.asyncDispose]());

describe("identity", () => {
  const withHeader = (authorization?: string) =>
    test.gateway.app.inject({
      url: "/v1/timeline",
      headers: authorization === undefined ? {} : { authorization },
    });

  it.each([
    ["no token", undefined],
    ["another scheme", "Basic YWJjOmRlZg=="],
    ["an empty token", "Bearer "],
  ])("answers 401 to %s, and says what to send", async (_case, header) => {
    const answer = await withHeader(header);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="tidings"');
    expect(answer.json()).toMatchObject({
      type: "urn:problem-type:tidings:unauthenticated",
      title: "Unauthenticated",
      status: 401,
      detail: "no token: send the header Authorization: Bearer TOKEN",
    });
  });

  it("is asked again, for no cache keeps what one user is shown", async () => {
    for (const header of [`Bearer ${await test.token()}`, "Bearer x.y.z"]) {
      expect((await withHeader(header)).headers["cache-control"]).toBe("no-store");
    }
  });

  it("answers 401 to a bad token, with the reason", async () => {
    const answer = await withHeader(`Bearer ${await test.token({ audience: "else" })}`);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(
      'Bearer realm="tidings", error="invalid_token", ' +
        `error_description="the token's aud must be 'tidings-api'"`,
    );
    expect(answer.json().detail).toBe('the token\'s aud must be "tidings-api"');
  });

  it("lets a good token in, again and again", async () => {
    const header = `Bearer ${await test.token({ userId: 5n })}`;
    expect((await withHeader(header)).statusCode).toBe(200);
    expect((await withHeader(header)).statusCode).toBe(200);
    const viewers = test.services.calls.map(({ request }) => request as { viewerId?: bigint });
    expect(viewers.filter(({ viewerId }) => viewerId === 5n)).toHaveLength(2);
  });
});

describe("the request id", () => {
  it("is taken, answered and passed on", async () => {
    const headers = { "x-request-id": "app-17:3" };
    const answer = await test.ask({ url: "/v1/timeline", headers });
    expect(answer.headers["x-request-id"]).toBe("app-17:3");
    const call = test.services.calls.find(({ method }) => method === "getTimeline");
    expect(call?.call.requestId).toBe("app-17:3");
  });

  it.each(["has space", "a".repeat(65), 'quo"te', "é"])("is made anew for %s", async (id) => {
    const headers = { "x-request-id": id };
    const answer = await test.ask({ url: "/v1/timeline?limit=0", headers });
    expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.body.request_id).toBe(answer.headers["x-request-id"]);
  });
});

/** As the gateway under test is configured. */
const REQUEST_TIMEOUT_MS = 60_000;

describe("deadlines", () => {
  it("are passed on", async () => {
    const beforeMs = Date.now();
    await test.ask({ url: "/v1/timeline" });
    const call = test.services.calls.find(({ method }) => method === "getTimeline");
    expect(call?.call.deadlineMs).toBeGreaterThan(beforeMs + REQUEST_TIMEOUT_MS - 1);
    expect(call?.call.deadlineMs).toBeLessThanOrEqual(Date.now() + REQUEST_TIMEOUT_MS);
  });
});

describe("the rate limit", () => {
  it("is by user, and says when to come back", async () => {
    const asUser = (userId: bigint) => test.ask({ url: "/v1/timeline", userId });
    for (let count = 0; count < 20; count++) expect((await asUser(77n)).status).toBe(200);
    const { status, headers, body } = await asUser(77n);
    expect(status).toBe(429);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    expect(body).toMatchObject({
      title: "Resource exhausted",
      detail: expect.stringContaining("more than 20 requests in 60 s"),
    });
    expect((await asUser(78n)).status).toBe(200);
  });
});

describe("what HTTP itself finds wrong", () => {
  it("answers 404 to unknown paths", async () => {
    const { status, body } = await test.ask({ url: "/v2/nothing?x=1" });
    expect(status).toBe(404);
    expect(body).toMatchObject({
      title: "Not Found",
      detail: expect.stringContaining("/v2/nothing;"),
    });
  });

  it.each([
    ["PUT", "/v1/timeline", "GET, HEAD"],
    ["HEAD", "/v1/timeline/stream", "GET"],
    ["GET", "/v1/posts:batchGet", "POST"],
    ["POST", "/v1/friends/5", "DELETE, GET, HEAD, PUT"],
  ] as const)("answers 405 to %s %s", async (method, url, allow) => {
    const { status, headers } = await test.ask({ method, url, userId: 3n });
    expect([status, headers.allow]).toEqual([405, allow]);
  });

  it.each([
    ["/v1/posts/%ff", 400],
    [`/v1/posts/${"1".repeat(200)}`, 414],
  ])("answers a problem to %s", async (url, expected) => {
    const { status, headers } = await test.ask({ url, userId: 3n });
    expect(status).toBe(expected);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
  });

  it("answers a problem also to what is no request at all", async () => {
    const answer = await fetch(`${test.url}/v1/posts/${"1".repeat(20_000)}`);
    expect(answer.status).toBe(431);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({
      title: "Request Header Fields Too Large",
      detail: expect.stringContaining("16 KB"),
      request_id: answer.headers.get("x-request-id"),
    });
  });

  it("answers 413 to large bodies and 415 to other types", async () => {
    const large = { text: "a".repeat(70_000) };
    const tooLarge = await test.ask({ method: "POST", url: "/v1/posts", body: large });
    expect([tooLarge.status, tooLarge.body.detail]).toEqual([
      413,
      "the body is 70,011 bytes, at most 65,536; a text is at most 1,024",
    ]);
    const chunks = (async function* () {
      for (let i = 0; i < 70; i++) yield Buffer.alloc(1_000);
    })();
    const ofNoLength = { method: "POST", body: chunks, duplex: "half" } as const;
    const token = `Bearer ${await test.token()}`;
    const told = await fetch(`${test.url}/v1/posts`, {
      ...ofNoLength,
      headers: { "content-type": "application/json", authorization: token },
    });
    expect(await told.json()).toMatchObject({
      status: 413,
      detail: "the body is over 65,536 bytes; a text is at most 1,024",
    });
    const headers = { "content-type": "text/plain" };
    const other = await test.ask({ method: "POST", url: "/v1/posts", body: "hi", headers });
    expect([other.status, other.body.title]).toEqual([415, "Unsupported Media Type"]);
  });
});

describe("closing", () => {
  it("finishes what is in flight", async () => {
    await using other = await startGatewayUnderTest();
    const [arrived, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    other.services.scripts.timeline.getTimeline = async () => {
      arrived.resolve();
      await release.promise;
      return { entries: [], nextPageToken: "", degraded: [] };
    };
    const headers = { authorization: `Bearer ${await other.token()}` };
    const asking = fetch(`${other.url}/v1/timeline`, { headers });
    await arrived.promise;
    const closed = other.gateway.close();
    release.resolve();
    expect((await asking).status).toBe(200);
    await closed;
  });
});

describe("documentation", () => {
  it("is an OpenAPI document of every route", async () => {
    const answer = await test.gateway.app.inject({ url: "/openapi.json" });
    const { openapi, paths } = answer.json();
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths).sort()).toEqual([
      "/healthz",
      "/v1/blocks",
      "/v1/blocks/{blocked_id}",
      "/v1/friends",
      "/v1/friends/count",
      "/v1/friends/of-friends",
      "/v1/friends/requests",
      "/v1/friends/{friend_id}",
      "/v1/posts",
      "/v1/posts/{post_id}",
      "/v1/posts/{post_id}/comments",
      "/v1/posts/{post_id}/comments/{comment_id}",
      "/v1/posts/{post_id}/like",
      "/v1/posts/{post_id}/likes",
      "/v1/posts:batchGet",
      "/v1/sign-ups",
      "/v1/stream-tokens",
      "/v1/timeline",
      "/v1/timeline/stream",
      "/v1/timeline/unread",
    ]);
  });

  it("is readable without any other site", async () => {
    const page = await test.gateway.app.inject({ url: "/docs/" });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});

describe("every answer", () => {
  it("forbids guessing its type, and allows no other site", async () => {
    const { headers } = await test.ask({
      url: "/healthz",
      headers: { origin: "https://else.example" },
    });
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });
});
