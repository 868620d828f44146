import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

/** What one address may hold of 200 places: four times what is left of them. */
const ONE_ADDRESS = 160;
/** What one user may hold of 200 places: a quarter of those that are left. */
const ONE_USER = 40;
/** What one address may hold of the 65% that there are for fills: four times what is left of them. */
const FILLS = 104;

let test: GatewayUnderTest;
let release: () => void;
beforeEach(async () => {
  test = await startGatewayUnderTest();
  const gate = Promise.withResolvers<void>();
  release = gate.resolve;
  test.services.scripts.timeline.getTimeline = async () => {
    await gate.promise;
    return { entries: [], nextPageToken: "", degraded: [] };
  };
});
afterEach(() => test[Symbol.asyncDispose]());

const page = (userId: bigint) => test.ask({ url: "/v1/timeline", userId });

describe("a gateway that has much to do", () => {
  it("refuses who has a user's share, says so, and serves all others", async () => {
    const flood = Array.from({ length: ONE_USER }, () => page(1n));
    while (test.services.calls.filter(({ method }) => method === "getTimeline").length < ONE_USER) {
      await new Promise(setImmediate);
    }
    const refused = await page(1n);
    expect(refused).toMatchObject({
      status: 503,
      headers: {
        "retry-after": "1",
        "content-type": expect.stringContaining("application/problem+json"),
      },
      body: {
        detail: expect.stringMatching(/caller has its share.*gateway.*come again in \d+ ms/),
      },
    });
    const others = [2n, 3n, 4n].map(page);
    release();
    for (const answer of await Promise.all([...flood, ...others])) expect(answer.status).toBe(200);
    expect((await page(1n)).status).toBe(200);
  });

  it("refuses whom it has no room for, whoever they are, before their token is looked at", async () => {
    const asked = () => test.services.calls.filter(({ method }) => method === "getTimeline");
    const flood = Array.from({ length: ONE_ADDRESS }, (_, user) => page(BigInt(user + 1)));
    while (asked().length < ONE_ADDRESS) await new Promise(setImmediate);
    const unknown = { url: "/v1/timeline", headers: { authorization: "Bearer not.a.token" } };
    expect(await test.ask(unknown)).toMatchObject({
      status: 503,
      headers: { "retry-after": "1", "x-request-id": expect.any(String) },
      body: { detail: expect.stringMatching(/caller has its share.*gateway.*come again in/) },
    });
    release();
    for (const answer of await Promise.all(flood)) expect(answer.status).toBe(200);
    expect((await test.ask(unknown)).status).toBe(401);
  });

  it("tells the services how much each request matters", async () => {
    release();
    await page(1n);
    await test.ask({ url: "/v1/timeline?page_token=x" });
    test.services.scripts.timeline.countUnread = async () => ({
      count: 0,
      hasMore: false,
      degraded: [],
    });
    await test.ask({ url: "/v1/timeline/unread" });
    const sent = test.services.calls
      .filter(({ method }) => method === "getTimeline" || method === "countUnread")
      .map(({ call }) => call.metadata.get("x-tidings-priority")[0]);
    expect(sent).toEqual(["page", "scroll", "live"]);
  });

  it("takes a request's own word that it matters less, and refuses such ones first", async () => {
    const said = (priority: string, userId: bigint) =>
      test.ask({ url: "/v1/timeline", userId, headers: { "x-tidings-priority": priority } });
    const asked = () => test.services.calls.filter(({ method }) => method === "getTimeline");
    const ahead = Array.from({ length: FILLS }, (_, user) => said("fill", BigInt(user + 1)));
    while (asked().length < FILLS) await new Promise(setImmediate);
    expect(new Set(asked().map(({ call }) => call.metadata.get("x-tidings-priority")[0]))).toEqual(
      new Set(["fill"]),
    );
    const [refused, wrong] = [await said("fill", 1_000n), await said("soon", 1_001n)];
    expect(refused).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining("the caller has its share") },
    });
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        detail: "x-tidings-priority: must be page or live or scroll or fill or rebuild",
      },
    });
    const first = page(1_002n);
    release();
    for (const answer of await Promise.all([...ahead, first])) expect(answer.status).toBe(200);
  });
});
