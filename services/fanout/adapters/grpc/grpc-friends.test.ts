import { describe, expect, it } from "vitest";
import { userIdOf } from "../../../model/ids.ts";
import type { FriendListHot } from "../../../model/wire/friend-lists.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import { friendsOver } from "./grpc-friends.ts";

const AUTHORS = [1n, 2n, 3n, 4n, 5n].map(userIdOf);

function answering(answer: (userIds: bigint[]) => bigint[]) {
  const asked: bigint[][] = [];
  const friends = friendsOver({
    listFriends: async function* () {},
    batchListFriends: async ({ userIds }): Promise<FriendListHot[]> => {
      asked.push(userIds);
      return answer(userIds).map((userId) => ({
        userId: userIdOf(userId),
        friendCount: 1,
        friends: pairsOf([userId + 100n]),
      }));
    },
  });
  return { friends, asked };
}

describe("the friend service's client", () => {
  it("asks again for lists that did not fit an answer", async () => {
    const { friends, asked } = answering((userIds) => userIds.slice(0, 2));
    const lists = await friends.lists(AUTHORS);
    expect(lists.map(({ userId }) => userId)).toEqual(AUTHORS);
    expect(asked.map((userIds) => userIds.length)).toEqual([5, 3, 1]);
  });

  it("trusts no answer that leaves out lists or mixes them up", async () => {
    await expect(answering(() => []).friends.lists(AUTHORS)).rejects.toThrow("left out");
    const mixed = answering((userIds) => userIds.toReversed());
    await expect(mixed.friends.lists(AUTHORS)).rejects.toThrow("mixed up");
  });
});
