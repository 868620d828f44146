import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BatchListFriendsResponse,
  type FriendList,
  ListFriendsResponse,
} from "#gen/friend/v1/friend.ts";
import {
  bytesField,
  fixed64Field,
  id,
  interleave,
  unknownField,
  varintField,
} from "../../../test/support/legal-wire.ts";
import { type UserId, userIdOf } from "../ids.ts";
import {
  decodeBatchListFriends,
  decodeFriendBatch,
  encodeBatchListFriends,
  encodeFriendBatch,
  type FriendListHot,
} from "./friend-lists.ts";
import { idsOf, pairsOf, WireError } from "./id-pairs.ts";

const ids = fc.array(id, { maxLength: 20 });
const count = fc.integer({ min: 0, max: 50_000 });
const list: fc.Arbitrary<FriendListHot> = fc.record({
  userId: id as fc.Arbitrary<UserId>,
  friendCount: count,
  friends: ids.map(pairsOf),
});

function plain(lists: readonly FriendListHot[]): FriendList[] {
  return lists.map(({ friends, ...rest }) => ({ ...rest, friendIds: idsOf(friends) }));
}

/** friend_ids packed, unpacked or split. */
function idFields(field: number): fc.Arbitrary<Uint8Array[]> {
  const part = fc.oneof(
    id.map((value) => fixed64Field(field, value)),
    ids.map((values) => bytesField(field, Buffer.from(pairsOf(values).buffer))),
  );
  return fc.array(part, { maxLength: 5 });
}

describe("friend lists on the wire", () => {
  it("decodes every legal BatchListFriendsResponse as the generated code does", () => {
    const legalList = fc
      .tuple(id, count, idFields(3), fc.array(unknownField(), { maxLength: 2 }))
      .chain(([userId, friendCount, friendIds, unknown]) =>
        interleave([
          [varintField(1, userId)],
          [varintField(2, BigInt(friendCount))],
          friendIds,
          unknown,
        ]),
      );
    fc.assert(
      fc.property(fc.array(legalList, { maxLength: 4 }), (lists) => {
        const bytes = Buffer.concat(lists.map((one) => bytesField(1, one)));
        const expected = BatchListFriendsResponse.decode(bytes).lists;
        expect(plain(decodeBatchListFriends(bytes))).toEqual(expected);
      }),
    );
  });

  it("decodes every legal ListFriendsResponse as the generated code does", () => {
    const legal = fc
      .tuple(count, idFields(2), idFields(3))
      .chain(([n, ...fields]) => interleave([[varintField(1, BigInt(n))], ...fields]));
    fc.assert(
      fc.property(legal, (bytes) => {
        const { friendCount, friends, changed } = decodeFriendBatch(bytes);
        const changedIds = changed ? idsOf(changed) : [];
        const decoded = { friendCount, friendIds: idsOf(friends), changedIds };
        expect(decoded).toEqual(ListFriendsResponse.decode(bytes));
      }),
    );
  });

  it("encodes what the generated code reads back", () => {
    fc.assert(
      fc.property(fc.array(list, { maxLength: 5 }), (lists) => {
        const { lists: back } = BatchListFriendsResponse.decode(encodeBatchListFriends(lists));
        expect(back).toEqual(plain(lists));
      }),
    );
    fc.assert(
      fc.property(count, ids, ids, (friendCount, friendIds, changedIds) => {
        const [friends, changed] = [friendIds, changedIds].map(pairsOf);
        const bytes = encodeFriendBatch({ friendCount, friends, changed });
        expect(ListFriendsResponse.decode(bytes)).toEqual({ friendCount, friendIds, changedIds });
      }),
    );
  });

  it("refuses what is cut off or no id", () => {
    const bytes = encodeBatchListFriends([
      { userId: userIdOf(1n), friendCount: 1, friends: pairsOf([2n]) },
    ]);
    expect(() => decodeBatchListFriends(bytes.subarray(0, -1))).toThrow(WireError);
    expect(() => decodeFriendBatch(fixed64Field(2, 1n << 63n))).toThrow(
      "friend_ids: 9223372036854775808",
    );
  });
});
