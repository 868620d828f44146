import must from "node:assert/strict";
import type { CountedTree } from "../tree/counted-tree.ts";
import { countBefore, sumBefore } from "../tree/summary.ts";
import {
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  KEY_USERS,
  KEY_VALUES,
  LEAF_ENTRIES,
  NONE,
  PLACE_SHIFT,
} from "../tree/tree-memory.ts";

/**
 * Checks every link, count, sum and key of a tree; `isOrdered`: its entries are in order of keys, and
 * without sums. */
export function checkTree(tree: CountedTree, isOrdered: boolean): void {
  const { memory } = tree;
  const leaves: number[] = [];
  walk(tree, memory.root, memory.height, leaves);
  must.equal(leaves[0], memory.firstLeaf);
  must.equal(leaves.at(-1), memory.lastLeaf);
  let count = 0;
  let sum = 0;
  let last = { value: -1, user: 0 };
  for (const [i, leaf] of leaves.entries()) {
    const size = memory.leafSize(leaf);
    must.ok(size <= LEAF_ENTRIES && (size > 0 || leaves.length === 1), `leaf of ${size}`);
    must.equal(memory.leafWords[(leaf << 7) + 2], leaves[i + 1] ?? NONE, "next");
    must.equal(memory.leafWords[(leaf << 7) + 3], leaves[i - 1] ?? NONE, "previous");
    for (let slot = 0; slot < size; slot++) {
      const place = (leaf << PLACE_SHIFT) + slot;
      must.equal(tree.placeOf(tree.userAt(place)), place, "leafOf");
      must.equal(countBefore(memory, place), count, "count before");
      if (!isOrdered) must.equal(sumBefore(memory, place), sum, "sum before");
      const entry = { value: tree.valueAt(place), user: tree.userAt(place) };
      if (isOrdered) must.ok(isBelow(last, entry), "order");
      last = entry;
      count++;
      sum += entry.value;
    }
  }
  must.equal(tree.count, count);
  if (!isOrdered) must.equal(tree.sum, sum);
}

interface Key {
  readonly value: number;
  readonly user: number;
}

function isBelow(a: Key, b: Key): boolean {
  return a.value < b.value || (a.value === b.value && a.user < b.user);
}

function walk(tree: CountedTree, node: number, height: number, leaves: number[]): void {
  const { memory } = tree;
  if (height === 0) {
    leaves.push(node);
    return;
  }
  must.ok(memory.innerSize(node) >= (node === memory.root ? 2 : 1));
  for (let slot = 0; slot < memory.innerSize(node); slot++) {
    const child = memory.childAt(node, slot);
    must.equal(memory.parentOf(height - 1, child), node, "parent");
    walk(tree, child, height - 1, leaves);
  }
}

/** Of every node but its first child: keys are above what is before, and at or below what follows. */
export function checkKeys(tree: CountedTree): void {
  const { memory } = tree;
  const visit = (node: number, height: number): [Key, Key] => {
    if (height === 0) {
      const first = node << PLACE_SHIFT;
      const last = first + memory.leafSize(node) - 1;
      return [
        { value: tree.valueAt(first), user: tree.userAt(first) },
        { value: tree.valueAt(last), user: tree.userAt(last) },
      ];
    }
    let bounds: [Key, Key] | undefined;
    for (let slot = 0; slot < memory.innerSize(node); slot++) {
      const [low, high] = visit(memory.childAt(node, slot), height - 1);
      const key = {
        value: memory.innerDoubles[(node << INNER_DOUBLE_SHIFT) + KEY_VALUES + slot],
        user: memory.innerWords[(node << INNER_WORD_SHIFT) + KEY_USERS + slot],
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
