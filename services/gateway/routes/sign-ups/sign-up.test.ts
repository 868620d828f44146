import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest();
});
beforeEach(() => {
  test.services.reset();
  test.services.scripts.friend.signUp = async () => ({});
});
afterAll(() => test[Symbol.asyncDispose]());

describe("POST /v1/sign-ups", () => {
  const ask = (body: object) => test.ask({ method: "POST", url: "/v1/sign-ups", body });

  it("tells that the caller joined, and who brought it", async () => {
    const place = { name: "Vienna", latitude: 48.2, longitude: 16.4 };
    const answer = await ask({ referrer_id: "9007199254740993", client: "web", place });
    expect(answer.body).toEqual({ user_id: "1", referrer_id: "9007199254740993" });
    expect((await ask({})).body).toEqual({ user_id: "1" });
    const nobody = { userId: 1n, referrerId: 0n, revenue: 0n, client: "", device: "", place: "" };
    expect(test.services.calls.map(({ request }) => request)).toEqual([
      { ...nobody, referrerId: 9_007_199_254_740_993n, client: "web", place: "Vienna" },
      nobody,
    ]);
  });

  it.each([
    { referrer_id: "0" },
    { referrer_id: "x" },
    // Money is not the caller's to say.
    { revenue: "5" },
    { user_id: "2" },
    { client: "ä".repeat(33) },
  ])("rejects %j", async (body) => {
    expect((await ask(body)).status).toBe(400);
    expect(test.services.calls).toEqual([]);
  });
});
