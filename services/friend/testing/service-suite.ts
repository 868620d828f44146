import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Event } from "#gen/event/v1/event.ts";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_ID } from "../../model/ids.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import { ACK, type EventBus } from "../../platform/messaging/bus.ts";
import type { FriendService } from "../create.ts";
import { actsSuite } from "./acts-suite.ts";
import { pulledIntervalsSuite } from "./pulled-intervals-suite.ts";

/** A friend service with an empty graph, and the bus that it publishes on. */
export interface StartedFriendService {
  readonly service: FriendService;
  readonly bus: EventBus;
  close(): Promise<void>;
}

/** What the friend service promises over gRPC, on any engine. */
export function friendServiceSuite(start: () => Promise<StartedFriendService>): void {
  let started: StartedFriendService;
  let channel: Channel;
  let friends: Client<typeof FriendServiceService>;

  beforeAll(async () => {
    started = await start();
    channel = connect(started.service.grpc.address, PATIENT);
    friends = createClient(FriendServiceService, channel);
  });

  afterAll(async () => {
    channel?.close();
    await started?.close();
  });

  function befriend(userId: bigint, friendIds: readonly bigint[]) {
    return Promise.all(friendIds.map((friendId) => friends.addFriend({ userId, friendId })));
  }

  async function list(
    userId: bigint,
    request: Partial<Parameters<typeof friends.listFriends>[0]> = {},
  ) {
    const whole = { userId, fromFriendId: 0n, beforeFriendId: 0n, limit: 0, ...request };
    const messages = await Array.fromAsync(friends.listFriends(whole));
    return {
      counts: messages.map(({ friendCount }) => friendCount),
      ids: messages.flatMap(({ friendIds }) => friendIds),
    };
  }

  async function furtherFriends(userId: bigint, degree: number, limit = 0) {
    const messages = await Array.fromAsync(
      friends.listFriendsOfFriends({ userId, degree, limit, byCommonFriends: false }),
    );
    return {
      ids: messages.flatMap(({ userIds }) => userIds).sort((a, b) => (a < b ? -1 : 1)),
      truncated: messages.at(-1)?.truncated,
    };
  }

  actsSuite(() => friends);

  describe("an edge", () => {
    test("is made and ended once, from either end, and read from both", async () => {
      expect(await friends.addFriend({ userId: 1n, friendId: MAX_ID })).toEqual({ changed: true });
      expect(await friends.addFriend({ userId: MAX_ID, friendId: 1n })).toEqual({ changed: false });
      expect((await list(1n)).ids).toEqual([MAX_ID]);
      expect((await list(MAX_ID)).ids).toEqual([1n]);
      expect(await friends.removeFriend({ userId: MAX_ID, friendId: 1n })).toEqual({
        changed: true,
      });
      expect(await friends.removeFriend({ userId: 1n, friendId: MAX_ID })).toEqual({
        changed: false,
      });
      expect(await list(1n)).toEqual({ counts: [0], ids: [] });
    });

    test("tells of each change on the queue, and of nothing else", async () => {
      const told: string[] = [];
      const done = Promise.withResolvers<void>();
      await friends.addFriend({ userId: 21n, friendId: 22n }, { requestId: "first" });
      await friends.addFriend({ userId: 22n, friendId: 21n }, { requestId: "again" });
      await friends.removeFriend({ userId: 22n, friendId: 21n }, { requestId: "last" });
      const consumer = started.bus.consume(
        "edges.fanout",
        { prefetch: 10 },
        async ({ payload }) => {
          const { event, requestId } = Event.decode(payload);
          if (event?.$case === "friend") told.push(`${requestId} ${event.value.userId}`);
          if (requestId === "last") done.resolve();
          return ACK;
        },
      );
      await done.promise;
      expect(told).toContain("first 21");
      expect(told).toContain("last 22");
      expect(told.join()).not.toContain("again");
      await consumer.close();
    });

    test.each([
      [{ userId: 5n, friendId: 5n }, "friend_id"],
      [{ userId: 0n, friendId: 5n }, "user_id"],
      [{ userId: 5n, friendId: -1n }, "friend_id"],
    ])("of %o is refused, naming %s", async (request, field) => {
      for (const call of [friends.addFriend, friends.removeFriend]) {
        await expect(call(request)).rejects.toMatchObject({
          code: "INVALID_ARGUMENT",
          violations: [{ field }],
        });
      }
    });
  });

  describe("ListFriends", () => {
    beforeAll(() => befriend(100n, range(1_000n, 700)));

    test("sends the count first, then the ids in ascending order", async () => {
      expect(await list(100n)).toEqual({ counts: [700], ids: range(1_000n, 700) });
    });

    test("of a range has the whole count", async () => {
      const request = { fromFriendId: 1_100n, beforeFriendId: 1_400n };
      expect(await list(100n, request)).toEqual({ counts: [700], ids: range(1_100n, 300) });
      expect((await list(100n, { ...request, limit: 7 })).ids).toEqual(range(1_100n, 7));
      expect(await list(100n, { fromFriendId: 9_000n })).toEqual({ counts: [700], ids: [] });
      expect((await list(100n, { fromFriendId: 1_400n, beforeFriendId: 1_100n })).ids).toEqual([]);
    });

    test("takes any limit that is not negative", async () => {
      expect((await list(100n, { limit: 2 ** 31 - 1 })).ids).toHaveLength(700);
      await expect(list(100n, { limit: -1 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    });
  });

  describe("the batch calls", () => {
    beforeAll(async () => {
      await befriend(200n, range(2_000n, 300));
      await befriend(201n, [5n]);
    });

    test("BatchListFriends answers in order, repeats included, and names a list as too long", async () => {
      const request = { userIds: [201n, 200n, 202n, 201n], maxFriendsEach: 299 };
      const one = { userId: 201n, friendCount: 1, friendIds: [5n] };
      expect(await friends.batchListFriends(request)).toEqual({
        lists: [
          one,
          { userId: 200n, friendCount: 300, friendIds: [] },
          { userId: 202n, friendCount: 0, friendIds: [] },
          one,
        ],
      });
      const { lists } = await friends.batchListFriends({ ...request, maxFriendsEach: 0 });
      expect(lists[1].friendIds).toEqual(range(2_000n, 300));
    });

    test("BatchListFriends stops at the end of a list when the answer is full", async () => {
      const userIds = Array.from({ length: 64 }, () => 200n);
      await befriend(200n, range(2_300n, 500));
      const { lists } = await friends.batchListFriends({ userIds, maxFriendsEach: 2 ** 31 - 1 });
      expect(lists.length).toBe(Math.floor((256 * 1_024 - 64 * 32) / (800 * 8)));
      expect(lists.every(({ friendIds }) => friendIds.length === 800)).toBe(true);
    });

    test("BatchCheckFriends answers in order, repeats and oneself included", async () => {
      const request = { userId: 201n, otherIds: [5n, 6n, 5n, 201n] };
      expect(await friends.batchCheckFriends(request)).toEqual({
        areFriends: [true, false, true, false],
      });
    });

    test("CountFriends answers in order, repeats included", async () => {
      const { friendCounts } = await friends.countFriends({ userIds: [201n, 999n, 201n] });
      expect(friendCounts).toEqual([1, 0, 1]);
    });

    test("none or too many ids are refused, naming the field and the limit", async () => {
      const violation = (field: string, limit: number) => ({
        code: "INVALID_ARGUMENT",
        violations: [{ field, description: expect.stringContaining(`send 1 to ${limit}`) }],
      });
      const calls = [
        {
          field: "user_ids",
          limit: 64,
          call: (userIds: bigint[]) => friends.batchListFriends({ userIds, maxFriendsEach: 0 }),
        },
        {
          field: "other_ids",
          limit: 1_000,
          call: (otherIds: bigint[]) => friends.batchCheckFriends({ userId: 1n, otherIds }),
        },
        {
          field: "user_ids",
          limit: 200,
          call: (userIds: bigint[]) => friends.countFriends({ userIds }),
        },
      ];
      for (const { field, limit, call } of calls) {
        await expect(call([])).rejects.toMatchObject(violation(field, limit));
        await expect(call(range(1n, limit + 1))).rejects.toMatchObject(violation(field, limit));
        await expect(call([1n, 0n])).rejects.toMatchObject({
          violations: [{ field: `${field}[1]` }],
        });
      }
    });
  });

  describe("ListFriendsOfFriends", () => {
    // A chain 300 - 301 - 302 - 303, and 310 beside 301.
    beforeAll(async () => {
      await befriend(301n, [300n, 302n, 310n]);
      await befriend(303n, [302n]);
    });

    test("finds who is at exactly this distance", async () => {
      expect(await furtherFriends(300n, 2)).toEqual({ ids: [302n, 310n], truncated: false });
      expect(await furtherFriends(300n, 3)).toEqual({ ids: [303n], truncated: false });
      expect(await furtherFriends(399n, 3)).toEqual({ ids: [], truncated: false });
    });

    test("says when the limit cut the answer", async () => {
      expect(await furtherFriends(300n, 2, 2)).toMatchObject({ truncated: false });
      const cut = await furtherFriends(300n, 2, 1);
      expect(cut.ids).toHaveLength(1);
      expect(cut.truncated).toBe(true);
    });

    test("refuses other degrees and a negative limit", async () => {
      for (const degree of [-1, 0, 1, 4]) {
        await expect(furtherFriends(300n, degree)).rejects.toMatchObject({
          violations: [{ field: "degree" }],
        });
      }
      await expect(furtherFriends(300n, 2, -1)).rejects.toMatchObject({
        violations: [{ field: "limit" }],
      });
    });
  });

  pulledIntervalsSuite(() => friends);
}

const range = (first: bigint, count: number) =>
  Array.from({ length: count }, (_, i) => first + BigInt(i));
