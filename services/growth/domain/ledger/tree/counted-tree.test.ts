import { expect, test } from "vitest";
import { seededRandom } from "../../../../platform/storage/log/testing/random.ts";
import { RevenueOrder } from "../revenue-order.ts";
import { checkKeys, checkTree } from "../testing/check-tree.ts";
import { CountedTree } from "./counted-tree.ts";
import { PLACE_SHIFT } from "./tree-memory.ts";

const columnFor = (maxUsers: number) => ({
  words: new Uint32Array(maxUsers + 1),
  stride: 1,
  column: 0,
});

/** Where in the sequence the next user goes, of so many. */
const PATTERNS: Readonly<Record<string, (count: number, random: () => number) => number>> = {
  "at the end": (count) => count,
  "at the front": () => 0,
  "behind the first": (count) => Math.min(1, count),
  anywhere: (count, random) => Math.floor(random() * (count + 1)),
  "at three places": (count, random) => Math.floor((Math.floor(random() * 3) * count) / 3),
};

test.each(Object.entries(PATTERNS))("a sequence that grows %s is what an array is", (_, at) => {
  const random = seededRandom(7);
  const count = 9_000;
  const tree = new CountedTree(count, columnFor(count), columnFor(count));
  const naive: number[] = [];
  for (let user = 1; user <= count; user++) {
    const index = at(naive.length, random);
    const place = index === 0 ? frontOf(tree) : tree.placeOf(naive[index - 1]) + 1;
    tree.insertAt(place, random() < 0.1 ? 0 : user, user);
    naive.splice(index, 0, user);
    if (user % 3_000 === 0) checkTree(tree, false);
  }
  for (const [i, user] of naive.entries()) expect(tree.countBefore(tree.placeOf(user))).toBe(i);
});

test("users that come, rise and go leave no empty leaf and no wrong key", () => {
  for (let seed = 1; seed <= 6; seed++) {
    const random = seededRandom(seed);
    const count = 6_000;
    const order = new RevenueOrder(count, columnFor(count));
    const spread = 10 ** seed;
    for (let user = 1; user <= count; user++) {
      order.insert(Math.floor(random() * spread), user);
      if (random() < 0.8) order.add(1 + Math.floor(random() * user), Math.floor(random() * spread));
    }
    // All rise past the rest, one after the other: the leaves they leave are joined and given back.
    for (let user = 1; user <= count; user++) {
      order.add(user, 10 * spread);
      if (user % 1_000 === 0) {
        checkTree(order.tree, true);
        checkKeys(order.tree);
      }
    }
  }
});

test("more users than there is room for are refused, not written past the end", () => {
  const tree = new CountedTree(10, columnFor(100_000));
  const fill = () => {
    for (let user = 1; user < 100_000; user++) tree.insertAt(frontOf(tree), 1, user);
  };
  expect(fill).toThrow("no more leaves");
});

function frontOf(tree: CountedTree): number {
  return tree.memory.firstLeaf << PLACE_SHIFT;
}
