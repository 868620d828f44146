import { describe, expect, test } from "vitest";
import { type FriendServiceService, RequestDirection } from "#gen/friend/v1/friend.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { goneSuite } from "./gone-suite.ts";

type Friends = Client<typeof FriendServiceService>;

/** What changes the graph and what of it is seen, over gRPC. Uses people from 5,000 to 6,999. */
export function actsSuite(friends: () => Friends): void {
  goneSuite(friends);
  const requests = async (
    userId: bigint,
    direction: RequestDirection,
    fromUserId = 0n,
    limit = 0,
  ) => {
    const page = await friends().listFriendRequests({ userId, direction, fromUserId, limit });
    return { ids: page.requests.map(({ userId: id }) => id), next: page.nextUserId };
  };

  test("many friendships are made in one call, which says of each what became of it", async () => {
    const pair = (userId: bigint, friendId: bigint) => ({ userId, friendId });
    const pairs = [
      pair(5_041n, 5_042n),
      pair(5_041n, 5_041n),
      pair(5_043n, 0n),
      pair(5_043n, 5_041n),
    ];
    const { results } = await friends().batchAddFriends({ pairs });
    expect(results.map(({ refusal }) => refusal === "")).toEqual([true, false, false, true]);
    expect(results.map(({ changed }) => changed)).toEqual([true, false, false, true]);
    const again = await friends().batchAddFriends({ pairs: [pair(5_042n, 5_041n)] });
    expect(again.results).toEqual([{ changed: false, refusal: "" }]);
    expect(results[1].refusal).toContain("friend_id: equals user_id");
    const others = { userId: 5_041n, otherIds: [5_042n, 5_043n] };
    expect(await friends().batchCheckFriends(others)).toEqual({ areFriends: [true, true] });
    for (const count of [0, 1_001]) {
      const call = friends().batchAddFriends({ pairs: Array(count).fill(pair(5_041n, 5_042n)) });
      await expect(call).rejects.toMatchObject({ violations: [{ field: "pairs" }] });
    }
  });

  describe("requests and blocks", () => {
    test("make friends of two who ask each other, and hide those who do not want to be", async () => {
      const both = { userId: 5_001n, friendId: 5_002n };
      const turned = { userId: 5_002n, friendId: 5_001n };
      expect(await friends().requestFriend(both)).toEqual({ areFriends: false, changed: true });
      expect(await requests(5_001n, RequestDirection.OUT)).toEqual({ ids: [5_002n], next: 0n });
      expect(await requests(5_002n, RequestDirection.IN)).toEqual({ ids: [5_001n], next: 0n });
      expect(await friends().requestFriend(turned)).toEqual({ areFriends: true, changed: true });
      const block = { userId: 5_001n, blockedId: 5_002n };
      expect(await friends().blockUser(block)).toEqual({ changed: true });
      expect(await friends().requestFriend(turned)).toEqual({ areFriends: false, changed: true });
      expect(await requests(5_001n, RequestDirection.IN)).toEqual({ ids: [], next: 0n });
      await expect(friends().requestFriend(both)).rejects.toMatchObject({
        code: "FAILED_PRECONDITION",
        message: expect.stringContaining("5001 has blocked 5002; lift the block first"),
      });
      await expect(friends().addFriend(both)).rejects.toMatchObject({
        code: "FAILED_PRECONDITION",
      });
      const { blocks } = await friends().listBlocks({ userId: 5_001n, fromUserId: 0n, limit: 0 });
      expect(blocks).toMatchObject([{ userId: 5_002n }]);
      const hidden = { userId: 5_002n, otherIds: [5_001n, 5_003n] };
      expect(await friends().batchCheckHidden(hidden)).toEqual({ areHidden: [true, false] });
      expect(await friends().unblockUser(block)).toEqual({ changed: true });
      expect(await friends().declineFriend(both)).toEqual({ changed: true });
      expect(await requests(5_002n, RequestDirection.OUT)).toEqual({ ids: [], next: 0n });
    });

    test("come in pages", async () => {
      for (const userId of [5_011n, 5_012n, 5_013n]) {
        await friends().requestFriend({ userId, friendId: 5_010n });
      }
      const first = await requests(5_010n, RequestDirection.IN, 0n, 2);
      expect(first).toEqual({ ids: [5_011n, 5_012n], next: 5_013n });
      const last = await requests(5_010n, RequestDirection.IN, first.next, 2);
      expect(last).toEqual({ ids: [5_013n], next: 0n });
    });

    test("of either are erased with a person, and are found in pages, each once", async () => {
      const person = 5_050n;
      for (const other of [5_051n, 5_052n]) {
        await friends().requestFriend({ userId: other, friendId: person });
        await friends().blockUser({ userId: person, blockedId: other });
      }
      await friends().requestFriend({ userId: person, friendId: 5_053n });
      await friends().blockUser({ userId: 5_054n, blockedId: person });
      await friends().requestFriend({ userId: 5_055n, friendId: person });
      const found: bigint[] = [];
      for (let from = 0n, isFirst = true; isFirst || from > 0n; isFirst = false) {
        const asked = { userId: person, fromUserId: from, limit: 1 };
        const page = await friends().listRelationsToErase(asked);
        found.push(...page.userIds);
        from = page.nextUserId;
      }
      expect(found).toEqual([5_051n, 5_052n, 5_053n, 5_054n, 5_055n]);
      for (let i = 0; i < 2; i++) {
        await friends().eraseRelations({ userId: person, otherIds: found });
        const left = { userId: person, fromUserId: 0n, limit: 0 };
        expect((await friends().listRelationsToErase(left)).userIds).toEqual([]);
      }
      expect(await requests(5_051n, RequestDirection.OUT)).toEqual({ ids: [], next: 0n });
    });

    test("hide people from each other among friends of friends", async () => {
      await friends().addFriend({ userId: 5_020n, friendId: 5_021n });
      await friends().addFriend({ userId: 5_021n, friendId: 5_022n });
      await friends().addFriend({ userId: 5_021n, friendId: 5_023n });
      await friends().blockUser({ userId: 5_022n, blockedId: 5_020n });
      const further = async (userId: bigint) => {
        const messages = friends().listFriendsOfFriends({
          userId,
          degree: 2,
          limit: 0,
          byCommonFriends: false,
        });
        const found = await Array.fromAsync(messages, ({ userIds }) => userIds);
        return found.flat().sort();
      };
      expect(await further(5_020n)).toEqual([5_023n]);
      expect(await further(5_022n)).toEqual([5_023n]);
      expect(await further(5_023n)).toEqual([5_020n, 5_022n]);
    });

    test("name what is wrong with them", async () => {
      const violation = (field: string) => ({ code: "INVALID_ARGUMENT", violations: [{ field }] });
      const oneself = { userId: 5_030n, friendId: 5_030n };
      await expect(friends().requestFriend(oneself)).rejects.toMatchObject(violation("friend_id"));
      await expect(friends().declineFriend(oneself)).rejects.toMatchObject(violation("friend_id"));
      const nobody = { userId: 5_030n, blockedId: 0n };
      await expect(friends().blockUser(nobody)).rejects.toMatchObject(violation("blocked_id"));
      await expect(friends().unblockUser(nobody)).rejects.toMatchObject(violation("blocked_id"));
      const unsaid = requests(5_030n, RequestDirection.UNSPECIFIED);
      await expect(unsaid).rejects.toMatchObject(violation("direction"));
    });
  });
}
