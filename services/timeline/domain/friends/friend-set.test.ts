import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_ID, userIdOf } from "../../../model/ids.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import { highHalf, lowHalf } from "../halves.ts";
import { FriendSet } from "./friend-set.ts";

const id = fc.oneof(fc.bigInt(1n, 30n), fc.bigInt(1n, MAX_ID), fc.constant((1n << 32n) + 5n));
const ascending = fc
  .uniqueArray(id, { maxLength: 60 })
  .map((ids) => ids.sort((a, b) => (a < b ? -1 : 1)));
const has = (set: FriendSet, friend: bigint) => set.has(highHalf(friend), lowHalf(friend));

it("is a set of ids under any changes, and never changes in place", () => {
  const changes = fc.array(fc.tuple(id, fc.boolean()), { maxLength: 30 });
  fc.assert(
    fc.property(ascending, changes, fc.array(id), (start, steps, probes) => {
      const model = new Set(start);
      let set = new FriendSet(pairsOf(start));
      for (const [friend, isFriend] of steps) {
        const before = set.slice(0, set.size);
        const next = set.changed(userIdOf(friend), isFriend);
        expect(set.slice(0, set.size)).toEqual(before);
        set = next;
        if (isFriend) model.add(friend);
        else model.delete(friend);
      }
      expect(set.slice(0, set.size)).toEqual([...model].sort((a, b) => (a < b ? -1 : 1)));
      for (const probe of [...probes, ...start]) expect(has(set, probe)).toBe(model.has(probe));
    }),
  );
});

it("after many changes at once is what it is after one at a time, with what was read", () => {
  const changes = fc.array(fc.tuple(id, fc.boolean()), { maxLength: 30 });
  fc.assert(
    fc.property(ascending, changes, (start, steps) => {
      const set = new FriendSet(pairsOf(start));
      const everyPlace = Int32Array.from(start, (_, i) => i);
      for (let i = 0; i < start.length; i++)
        set.reads.note(everyPlace.subarray(i), start.length - i, 1);
      const people = steps.map(([friend]) => userIdOf(friend));
      const areFriends = steps.map(([, isFriend]) => isFriend);
      const atOnce = set.changedAll(people, areFriends);
      const oneByOne = people.reduce((one, friend, i) => one.changed(friend, areFriends[i]), set);
      expect(atOnce.slice(0, atOnce.size)).toEqual(oneByOne.slice(0, oneByOne.size));
      // Whoever left and came back in between has lost what was read of them; at once they never left.
      const stayed = start.filter(
        (friend) => has(oneByOne, friend) && !people.includes(userIdOf(friend)),
      );
      for (const friend of stayed) {
        const reads = (one: FriendSet) =>
          one.reads.of(one.indexOf(highHalf(friend), lowHalf(friend)), 1);
        expect(reads(atOnce)).toBe(reads(oneByOne));
        expect(reads(atOnce)).toBe(start.indexOf(friend) + 1);
      }
    }),
  );
});

it("counts the friends that two people share", () => {
  fc.assert(
    fc.property(ascending, ascending, (a, b) => {
      const common = new FriendSet(pairsOf(a)).commonWith(new FriendSet(pairsOf(b)));
      expect(common).toBe(a.filter((friend) => b.includes(friend)).length);
    }),
  );
});

it("keeps what was read of each friend through changes, decays it, and never wraps", () => {
  const DAY_MS = 24 * 3_600_000;
  let set = new FriendSet(pairsOf([10n, 20n, 30n]));
  const place = (friend: bigint) => set.indexOf(highHalf(friend), lowHalf(friend));
  const reads = (friend: bigint, atMs: number) => set.reads.of(place(friend), atMs);
  for (let i = 0; i < 300; i++) set.reads.note(Int32Array.of(1, -1, 2, 1), 3, DAY_MS);
  expect([10n, 20n, 30n].map((friend) => reads(friend, DAY_MS))).toEqual([0, 255, 255]);
  set = set.changed(userIdOf(15n), true).changed(userIdOf(20n), false);
  expect([10n, 15n, 30n].map((friend) => reads(friend, DAY_MS))).toEqual([0, 0, 255]);
  set = set.renewed(pairsOf([5n, 10n, 30n, 40n]));
  expect([5n, 10n, 30n, 40n].map((friend) => reads(friend, 4 * DAY_MS))).toEqual([0, 0, 127, 0]);
  expect(reads(30n, 100 * DAY_MS)).toBe(0);
});
