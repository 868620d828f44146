import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ListFriendsRequest, RequestDirection } from "#gen/friend/v1/friend.ts";
import { failedPrecondition } from "../../../platform/grpc/errors/errors.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

const FRIEND = 9_007_199_254_740_993n;

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest();
});
beforeEach(() => test.services.reset());
afterAll(() => test[Symbol.asyncDispose]());

describe("/v1/friends/{friend_id}", () => {
  const url = `/v1/friends/${FRIEND}`;

  it("PUT asks or accepts, DELETE ends, and both say whether that changed anything", async () => {
    const { scripts } = test.services;
    const friend_id = String(FRIEND);
    scripts.friend.requestFriend = async () => ({ areFriends: false, changed: true });
    const asked = await test.ask({ method: "PUT", url });
    expect(asked.body).toEqual({ friend_id, state: "requested", changed: true });
    scripts.friend.requestFriend = async () => ({ areFriends: true, changed: false });
    const accepted = await test.ask({ method: "PUT", url });
    expect(accepted.body).toEqual({ friend_id, state: "friends", changed: false });
    scripts.friend.declineFriend = async () => ({ changed: false });
    expect((await test.ask({ method: "DELETE", url })).body).toEqual({ friend_id, changed: false });
    const both = { userId: 1n, friendId: FRIEND };
    expect(test.services.calls.map(({ request }) => request)).toEqual([both, both, both]);
  });

  it("takes a request that names JSON and sends nothing", async () => {
    test.services.scripts.friend.requestFriend = async () => ({ areFriends: false, changed: true });
    const headers = { "content-type": "application/json" };
    expect((await test.ask({ method: "PUT", url, headers })).status).toBe(200);
  });

  it("GET says whether they are friends", async () => {
    test.services.scripts.friend.batchCheckFriends = async ({ otherIds }) => ({
      areFriends: otherIds.map((id) => id === FRIEND),
    });
    expect((await test.ask({ url })).status).toBe(200);
    expect((await test.ask({ url: "/v1/friends/5" })).status).toBe(404);
  });

  it("passes on why not", async () => {
    test.services.scripts.friend.requestFriend = async () => {
      throw failedPrecondition("user 5 has 50,000 friends, the most allowed");
    };
    const { status, body } = await test.ask({ method: "PUT", url });
    expect([status, body.detail]).toEqual([400, "user 5 has 50,000 friends, the most allowed"]);
  });
});

describe("GET /v1/friends/requests", () => {
  beforeEach(() => {
    test.services.scripts.friend.listFriendRequests = async ({ fromUserId, limit }) => ({
      requests: [{ userId: fromUserId + 2n, createTimeMs: 1_795_000_000_000n }],
      nextUserId: limit === 1 ? FRIEND : 0n,
    });
  });

  it("lists them by direction, in pages", async () => {
    const first = await test.ask({ url: "/v1/friends/requests?direction=in&limit=1" });
    const { next_page_token: token, ...page } = first.body;
    expect(page).toEqual({
      requests: [{ user_id: "2", create_time: "2026-11-18T11:06:40.000Z" }],
    });
    const next = await test.ask({ url: `/v1/friends/requests?direction=in&page_token=${token}` });
    expect(next.body.requests[0].user_id).toBe(String(FRIEND + 2n));
    expect(next.body.next_page_token).toBeUndefined();
    await test.ask({ url: "/v1/friends/requests?direction=out" });
    const directions = test.services.calls.map(({ request }) => request);
    expect(directions).toMatchObject([
      { userId: 1n, direction: RequestDirection.IN, limit: 1 },
      { userId: 1n, direction: RequestDirection.IN, limit: 100, fromUserId: FRIEND },
      { userId: 1n, direction: RequestDirection.OUT, limit: 100, fromUserId: 0n },
    ]);
  });

  it.each(["", "?direction=both", "?direction=in&limit=1001"])("rejects %s", async (query) => {
    expect((await test.ask({ url: `/v1/friends/requests${query}` })).status).toBe(400);
  });
});

describe("/v1/blocks", () => {
  it("PUT blocks, DELETE lifts, GET lists", async () => {
    const { friend } = test.services.scripts;
    friend.blockUser = async () => ({ changed: true });
    friend.unblockUser = async () => ({ changed: false });
    friend.listBlocks = async () => ({
      blocks: [{ userId: FRIEND, createTimeMs: 1_795_000_000_000n }],
      nextUserId: 0n,
    });
    const blocked_id = String(FRIEND);
    const url = `/v1/blocks/${FRIEND}`;
    expect((await test.ask({ method: "PUT", url })).body).toEqual({ blocked_id, changed: true });
    expect((await test.ask({ method: "DELETE", url })).body).toEqual({
      blocked_id,
      changed: false,
    });
    expect((await test.ask({ url: "/v1/blocks" })).body).toEqual({
      blocks: [{ user_id: blocked_id, create_time: "2026-11-18T11:06:40.000Z" }],
    });
    const { calls } = test.services;
    expect(calls.map(({ method }) => method)).toEqual(["blockUser", "unblockUser", "listBlocks"]);
    expect(calls[0]?.request).toEqual({ userId: 1n, blockedId: FRIEND });
  });
});

describe("GET /v1/friends", () => {
  const all = [3n, 5n, 7n, 11n, FRIEND];
  beforeEach(() => {
    test.services.scripts.friend.listFriends = async function* (request: ListFriendsRequest) {
      const ids = all.filter((id) => id >= request.fromFriendId).slice(0, request.limit);
      yield { friendCount: all.length, friendIds: ids.slice(0, 1), changedIds: [] };
      yield { friendCount: 0, friendIds: ids.slice(1), changedIds: [] };
    };
  });

  it("pages through all of them", async () => {
    const first = await test.ask({ url: "/v1/friends?limit=3" });
    const { next_page_token: token, ...page } = first.body;
    expect(page).toEqual({ friend_ids: ["3", "5", "7"], friend_count: 5 });
    const second = await test.ask({ url: `/v1/friends?limit=3&page_token=${token}` });
    expect(second.body).toEqual({ friend_ids: ["11", String(FRIEND)], friend_count: 5 });
  });

  it("ends a page that is just full", async () => {
    const { body } = await test.ask({ url: "/v1/friends?limit=5" });
    expect(body.next_page_token).toBeUndefined();
  });

  it.each(["limit=0", "limit=5001", "page_token=abc"])("rejects ?%s", async (query) => {
    expect((await test.ask({ url: `/v1/friends?${query}` })).status).toBe(400);
  });
});

describe("GET /v1/friends/of-friends", () => {
  it("gathers the stream, and says when it was cut short", async () => {
    test.services.scripts.friend.listFriendsOfFriends = async function* () {
      yield { userIds: [FRIEND], truncated: false, commonFriendCounts: [] };
      yield { userIds: [4n], truncated: true, commonFriendCounts: [] };
    };
    const { body } = await test.ask({ url: "/v1/friends/of-friends?degree=3&limit=2" });
    expect(body).toEqual({ user_ids: [String(FRIEND), "4"], truncated: true });
    const asked = { userId: 1n, degree: 3, limit: 2, byCommonFriends: false };
    expect(test.services.calls[0]?.request).toEqual(asked);
  });

  it("orders by common friends, and says how many there are", async () => {
    test.services.scripts.friend.listFriendsOfFriends = async function* () {
      yield { userIds: [FRIEND, 4n], truncated: false, commonFriendCounts: [7, 2] };
    };
    const { body } = await test.ask({ url: "/v1/friends/of-friends?order=common_friends" });
    expect(body.common_friend_counts).toEqual([7, 2]);
    expect(test.services.calls[0]?.request).toMatchObject({ degree: 2, byCommonFriends: true });
  });

  it.each(["degree=1", "degree=4", "limit=0", "order=age"])("rejects ?%s", async (query) => {
    expect((await test.ask({ url: `/v1/friends/of-friends?${query}` })).status).toBe(400);
  });
});

describe("GET /v1/friends/count", () => {
  beforeEach(() => {
    test.services.scripts.friend.countFriends = async ({ userIds }) => ({
      friendCounts: userIds.map(Number),
    });
  });

  it("counts one's own without a name, and anybody's with", async () => {
    const own = await test.ask({ url: "/v1/friends/count", userId: 9n });
    expect(own.body).toEqual({ counts: [{ user_id: "9", friend_count: 9 }] });
    const two = await test.ask({ url: "/v1/friends/count?user_id=3&user_id=4" });
    expect(two.body.counts.map((one: { user_id: string }) => one.user_id)).toEqual(["3", "4"]);
    expect((await test.ask({ url: "/v1/friends/count?user_id=3" })).status).toBe(200);
  });
});
