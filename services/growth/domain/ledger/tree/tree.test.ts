import { expect, test } from "vitest";
import { seededRandom } from "../../../../platform/storage/log/testing/random.ts";
import { LeafHints } from "../leaf-hints.ts";
import { NewUsers } from "../new-users.ts";
import { ReferralTour } from "../referral-tour.ts";
import { createRevenueWindow, RevenueOrder } from "../revenue-order.ts";
import { checkOrder, checkTour } from "../testing/check-tree.ts";
import { EXACT_BELOW, restOfKey, revenueOfKey, shortKeyOf } from "./short-key.ts";
import { KEYS, NONE, TreeMemory } from "./tree-memory.ts";
import { UserRecords } from "./user-records.ts";

/**
 * Behind which of so many users, by their place in the tour, the next one goes; -1: at the end, by
 * itself.
 */
const PATTERNS: Readonly<Record<string, (count: number, random: () => number) => number>> = {
  "at the end": () => -1,
  "behind the last": (count) => count - 1,
  "behind the first": (count) => Math.min(0, count - 1),
  anywhere: (count, random) => Math.floor(random() * (count + 1)) - 1,
  "at three places": (count, random) => Math.floor((Math.floor(random() * 3) * (count - 1)) / 3),
};

test.each(Object.entries(PATTERNS))("a tour that grows %s is what an array is", (_, at) => {
  const random = seededRandom(7);
  const count = 9_000;
  const tour = new ReferralTour(count, new UserRecords(count), 1_000);
  const users = new NewUsers(1_000);
  const naive: number[] = [];
  for (let user = 1; user <= count; user++) {
    const index = at(naive.length, random);
    users.add(random() < 0.1 ? 0 : user, index < 0 ? 0 : naive[index]);
    naive.splice(index < 0 ? naive.length : index + 1, 0, user);
    if (!users.isFull && random() > 0.003) continue;
    tour.insertAll(users);
    users.beginAt(user + 1);
    expect(checkTour(tour)).toEqual(naive);
  }
});

test("users that come, rise and go leave no empty leaf and no wrong key, short or whole", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = seededRandom(seed);
    const count = 6_000;
    const order = new RevenueOrder(2 * count, new UserRecords(2 * count), 1_000);
    const users = new NewUsers(1_000);
    const insert = (revenue: number, referrer: number) => {
      users.add(revenue, referrer);
      if (!users.isFull && random() < 0.995) return;
      order.insertAll(users, { atLeast: Infinity, users: [] });
      users.beginAt(users.first + users.count);
      // The leaves where they were found are others after each batch, or none.
      expectQuestions(order, users.first - 1, random);
    };
    const spread = 10 ** seed;
    for (let user = 1; user <= count; user++) {
      insert(Math.floor(random() * spread), Math.floor(random() * user));
    }
    // All rise past the rest, one after the other: the leaves they leave are joined and given back.
    for (let user = 1; user <= count; user++) {
      insert(100 * spread, user);
      if (user % 1_000 === 0) checkOrder(order);
    }
  }
});

test("a leaf that was given back is not the one, whatever is still written in it", () => {
  const memory = new TreeMemory(100, new UserRecords(100), "order");
  const hints = new LeafHints(memory, 100);
  memory.leafWords.set([60, 70], KEYS);
  memory.setLeafSize(0, 2);
  hints.note(65, 0);
  expect(hints.find(65)).toBe(0);
  memory.leafWords[KEYS - 1] = 70;
  memory.setLeafSize(0, 0);
  expect(hints.find(65)).toBe(NONE);
});

/** Of the users up to `last` what is at and behind a few revenues that are there, and beside them. */
function expectQuestions(order: RevenueOrder, last: number, random: () => number): void {
  const window = createRevenueWindow(40);
  const revenues = Float64Array.from({ length: last }, (_, i) => order.revenueOf(i + 1)).sort();
  for (let i = 0; i < 8; i++) {
    const revenue = revenues[Math.floor(random() * last)] + (i % 3) - 1;
    const from = revenues.filter((one) => one < revenue).length;
    order.lowest(window, 40, revenue, true);
    const expected = revenues.slice(from, from + 40);
    expect([...window.revenues.subarray(0, window.count)]).toEqual([...expected]);
    order.highest(window, 40, revenue, false);
    const before = revenues.slice(Math.max(0, from - 40), from).reverse();
    expect([...window.revenues.subarray(0, window.count)]).toEqual([...before]);
  }
}

test("a short key is never above that of a higher revenue", () => {
  const max = Number.MAX_SAFE_INTEGER;
  const revenues = [0, 1, EXACT_BELOW - 1, EXACT_BELOW, EXACT_BELOW + 1, 2 ** 40, max - 1, max];
  const keys = [...revenues, Infinity].map(shortKeyOf);
  expect(keys).toEqual(keys.toSorted((a, b) => a - b));
  expect(keys.slice(0, 3)).toEqual([0, 1, EXACT_BELOW - 1]);
  expect(new Set(keys.slice(0, 4)).size).toBe(4);
  expect([...Uint32Array.from(keys)]).toEqual(keys);
  // With their rests they are the revenues again, and beyond all of these nothing is equal to one.
  expect(revenues.map((one) => revenueOfKey(shortKeyOf(one), restOfKey(one)))).toEqual(revenues);
  for (const beyond of [max + 1, Infinity]) {
    expect(shortKeyOf(beyond)).toBe(shortKeyOf(max));
    expect(restOfKey(beyond)).toBeGreaterThan(restOfKey(max));
  }
});

test("more leaves than there is room for are refused, not written past the end", () => {
  const memory = new TreeMemory(10, new UserRecords(10), "order");
  const fill = () => {
    for (let i = 0; i < 1_000; i++) memory.takeLeaf();
  };
  expect(fill).toThrow("no more leaves");
});
