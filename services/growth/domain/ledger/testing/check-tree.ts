import must from "node:assert/strict";
import type { ReferralTour } from "../referral-tour.ts";
import type { RevenueOrder } from "../revenue-order.ts";
import {
  COUNTS,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  MIN_LEVELS,
  NEXT,
  NONE,
  PLACE_SHIFT,
  PREVIOUS,
  SUMS,
  type TreeMemory,
  USERS,
} from "../tree/tree-memory.ts";

/** Checks every link and count of an order, that its entries are in order, and its keys. */
export function checkOrder(order: RevenueOrder): void {
  const { memory } = order;
  let last: Key = { value: -1, user: 0 };
  for (const leaf of checkLeaves(memory)) {
    for (let slot = 0; slot < memory.leafSize(leaf); slot++) {
      const entry = entryAt(memory, leaf, slot);
      must.ok(isBelow(last, entry), "order");
      must.equal(entry.value, order.revenueOf(entry.user), "revenue");
      last = entry;
    }
  }
  checkKeys(memory);
}

/**
 * Checks every link, count, sum and lowest level of a tour, and that users know their leaf. Gives
 * its users.
 */
export function checkTour(tour: ReferralTour): readonly number[] {
  const { memory } = tour;
  const { records } = memory;
  const leaves = checkLeaves(memory);
  for (const leaf of leaves) {
    for (const user of usersIn(memory, leaf)) must.equal(records.leafOf(user), leaf, "leaf");
  }
  const visit = (node: number, height: number): { count: number; sum: number; level: number } => {
    if (height === 0) {
      const users = usersIn(memory, node);
      return {
        count: users.length,
        sum: users.reduce((sum, user) => sum + records.ownOf(user), 0),
        level: Math.min(NONE, ...users.map((user) => records.levelOf(user))),
      };
    }
    const all = { count: 0, sum: 0, level: NONE };
    for (let slot = 0; slot < memory.innerSize(node); slot++) {
      const below = visit(memory.childAt(node, slot), height - 1);
      must.deepEqual(below, {
        count: memory.innerWords[(node << INNER_WORD_SHIFT) + COUNTS + slot],
        sum: memory.innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + slot],
        level: memory.innerWords[(node << INNER_WORD_SHIFT) + MIN_LEVELS + slot],
      });
      all.count += below.count;
      all.sum += below.sum;
      all.level = Math.min(all.level, below.level);
    }
    return all;
  };
  must.equal(visit(memory.root, memory.height).sum, tour.revenue);
  return leaves.flatMap((leaf) => usersIn(memory, leaf));
}

/** The leaves in order, when all is linked and counted as it should be. */
function checkLeaves(memory: TreeMemory): readonly number[] {
  const leaves: number[] = [];
  must.equal(walk(memory, memory.root, memory.height, leaves), memory.count);
  must.equal(leaves[0], memory.firstLeaf);
  must.equal(leaves.at(-1), memory.lastLeaf);
  for (const [i, leaf] of leaves.entries()) {
    const size = memory.leafSize(leaf);
    const isFine = size <= memory.maxEntries && (size > 0 || leaves.length === 1);
    must.ok(isFine, `leaf of ${size}`);
    const base = leaf << PLACE_SHIFT;
    must.equal(memory.leafWords[base + NEXT], leaves[i + 1] ?? NONE, "next");
    must.equal(memory.leafWords[base + PREVIOUS], leaves[i - 1] ?? NONE, "previous");
  }
  return leaves;
}

/** How many entries are below the node. */
function walk(memory: TreeMemory, node: number, height: number, leaves: number[]): number {
  if (height === 0) {
    leaves.push(node);
    return memory.leafSize(node);
  }
  must.ok(memory.innerSize(node) >= (node === memory.root ? 2 : 1));
  let count = 0;
  for (let slot = 0; slot < memory.innerSize(node); slot++) {
    const child = memory.childAt(node, slot);
    must.equal(memory.parentOf(height - 1, child), node, "parent");
    const below = walk(memory, child, height - 1, leaves);
    must.equal(memory.innerWords[(node << INNER_WORD_SHIFT) + COUNTS + slot], below, "count");
    count += below;
  }
  return count;
}

function usersIn(memory: TreeMemory, leaf: number): readonly number[] {
  const first = (leaf << PLACE_SHIFT) + USERS;
  return [...memory.leafWords.subarray(first, first + memory.leafSize(leaf))];
}

function entryAt(memory: TreeMemory, leaf: number, slot: number): Key {
  const place = (leaf << PLACE_SHIFT) + slot;
  return { value: memory.revenueAt(place), user: memory.leafWords[place + USERS] };
}

interface Key {
  readonly value: number;
  readonly user: number;
}

function isBelow(a: Key, b: Key): boolean {
  return a.value < b.value || (a.value === b.value && a.user < b.user);
}

/**
 * Of every node but its first child: keys are above what is before, and at or below what follows.
 */
function checkKeys(memory: TreeMemory): void {
  const visit = (node: number, height: number): [Key, Key] => {
    if (height === 0) {
      return [entryAt(memory, node, 0), entryAt(memory, node, memory.leafSize(node) - 1)];
    }
    let bounds: [Key, Key] | undefined;
    for (let slot = 0; slot < memory.innerSize(node); slot++) {
      const [low, high] = visit(memory.childAt(node, slot), height - 1);
      const key = {
        value: memory.keyRevenueAt(node, slot),
        user: memory.keyUserAt(node, slot),
      };
      if (bounds !== undefined) {
        must.ok(isBelow(bounds[1], key), "a key is above what is before it");
        must.ok(!isBelow(low, key), "a key is at or below what follows");
      }
      bounds = [bounds?.[0] ?? low, high];
    }
    must.ok(bounds !== undefined);
    return bounds;
  };
  if (memory.height > 0) visit(memory.root, memory.height);
}
