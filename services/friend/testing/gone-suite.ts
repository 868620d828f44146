import { describe, expect, test } from "vitest";
import { type FriendServiceService, PersonState, RequestDirection } from "#gen/friend/v1/friend.ts";
import type { Client } from "../../platform/grpc/call.ts";

type Friends = Client<typeof FriendServiceService>;

const ME = 6_000n;
const PAGE = { fromUserId: 0n, limit: 0 };

/** What people see of those who are hidden or erased, over gRPC. Uses people from 6,000 to 6,999. */
export function goneSuite(friends: () => Friends): void {
  const set = (userId: bigint, state: PersonState, change = 0n) =>
    friends().setPersonState({ userId, state, change });
  const listed = async (
    userId: bigint,
    request: { limit?: number; includeGone?: boolean } = {},
  ) => {
    const range = { fromFriendId: 0n, beforeFriendId: 0n, limit: 0 };
    const parts = await Array.fromAsync(friends().listFriends({ userId, ...range, ...request }));
    return parts.flatMap(({ friendIds }) => friendIds);
  };
  const further = async (byCommonFriends: boolean) => {
    const request = { userId: ME, degree: 2, limit: 0, byCommonFriends };
    const parts = await Array.fromAsync(friends().listFriendsOfFriends(request));
    return parts.flatMap(({ userIds }) => userIds).sort((a, b) => (a < b ? -1 : 1));
  };
  /** All that one person sees of others. */
  const seen = async () => ({
    friends: await listed(ME),
    firstTwo: await listed(ME, { limit: 2 }),
    checked: (await friends().batchCheckFriends({ userId: ME, otherIds: [6_001n, 6_002n] }))
      .areFriends,
    incoming: (
      await friends().listFriendRequests({ userId: ME, direction: RequestDirection.IN, ...PAGE })
    ).requests,
    outgoing: (
      await friends().listFriendRequests({ userId: ME, direction: RequestDirection.OUT, ...PAGE })
    ).requests,
    blocks: (await friends().listBlocks({ userId: ME, ...PAGE })).blocks,
    suggested: await further(true),
    further: await further(false),
    hidden: (await friends().batchCheckHidden({ userId: ME, otherIds: [6_001n, 6_010n, 6_020n] }))
      .areHidden,
  });

  describe("people who are hidden or erased", () => {
    test("are in no list that people see, and come back exactly", async () => {
      for (const friendId of [6_001n, 6_002n, 6_003n]) {
        await friends().addFriend({ userId: ME, friendId });
      }
      await friends().addFriend({ userId: 6_002n, friendId: 6_010n });
      await friends().addFriend({ userId: 6_002n, friendId: 6_011n });
      await friends().requestFriend({ userId: 6_020n, friendId: ME });
      await friends().requestFriend({ userId: ME, friendId: 6_021n });
      await friends().blockUser({ userId: ME, blockedId: 6_022n });
      const before = await seen();
      expect(before).toMatchObject({
        friends: [6_001n, 6_002n, 6_003n],
        suggested: [6_010n, 6_011n],
        hidden: [false, false, false],
      });
      const gone = [6_001n, 6_010n, 6_020n, 6_021n, 6_022n];
      await Promise.all(gone.map((person) => set(person, PersonState.HIDDEN)));
      expect(await seen()).toEqual({
        friends: [6_002n, 6_003n],
        firstTwo: [6_002n, 6_003n],
        checked: [false, true],
        incoming: [],
        outgoing: [],
        blocks: [],
        suggested: [6_011n],
        further: [6_011n],
        hidden: [true, true, true],
      });
      // Whoever keeps lists sees them all: they may come back.
      expect(await listed(ME, { includeGone: true })).toEqual(before.friends);
      const asked = { userId: ME, otherIds: [6_001n], includeGone: true };
      expect((await friends().batchCheckFriends(asked)).areFriends).toEqual([true]);
      const { lists } = await friends().batchListFriends({ userIds: [ME], maxFriendsEach: 0 });
      expect(lists[0].friendIds).toEqual(before.friends);
      const left = await friends().listRelationsToErase({ userId: ME, ...PAGE });
      expect(left.userIds).toEqual([6_020n, 6_021n, 6_022n]);
      await Promise.all(gone.map((person) => set(person, PersonState.VISIBLE)));
      expect(await seen()).toEqual(before);
    });

    test("become nobody's friend, ask nobody and block nobody; what there is can be ended", async () => {
      const pair = { userId: 6_101n, friendId: 6_102n };
      await friends().addFriend(pair);
      await set(6_102n, PersonState.ERASED);
      const [missing, refused] = [{ code: "NOT_FOUND" }, { code: "FAILED_PRECONDITION" }];
      const toGone = { userId: 6_103n, friendId: 6_102n };
      const byGone = { userId: 6_102n, friendId: 6_103n };
      await expect(friends().addFriend(toGone)).rejects.toMatchObject(missing);
      await expect(friends().requestFriend(toGone)).rejects.toMatchObject(missing);
      await expect(friends().addFriend(byGone)).rejects.toMatchObject(refused);
      await expect(friends().requestFriend(byGone)).rejects.toMatchObject(refused);
      const block = { userId: 6_103n, blockedId: 6_102n };
      await expect(friends().blockUser(block)).rejects.toMatchObject(missing);
      const { results } = await friends().batchAddFriends({
        pairs: [toGone, { userId: 6_103n, friendId: 6_104n }],
      });
      expect(results.map(({ changed }) => changed)).toEqual([false, true]);
      expect(await friends().removeFriend(pair)).toEqual({ changed: true });
      expect(await friends().unblockUser(block)).toEqual({ changed: false });
      await set(6_102n, PersonState.VISIBLE);
      expect(await friends().addFriend(pair)).toEqual({ changed: true });
    });

    test("names a state or a person that is none", async () => {
      const invalid = { code: "INVALID_ARGUMENT" };
      await expect(set(0n, PersonState.HIDDEN)).rejects.toMatchObject(invalid);
      await expect(set(1n, PersonState.UNSPECIFIED)).rejects.toMatchObject(invalid);
      await expect(set(1n, 9 as PersonState)).rejects.toMatchObject(invalid);
    });
  });
}
