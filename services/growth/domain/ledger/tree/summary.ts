import {
  CHILDREN,
  COUNTS,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  MIN_LEVELS,
  NONE,
  PARENT,
  PLACE_SHIFT,
  SIZE,
  SLOT_MASK,
  SUMS,
  type TreeMemory,
  USERS,
} from "./tree-memory.ts";

/** Adds one to the counts of all nodes above a leaf of an order. */
export function countAbove(memory: TreeMemory, leaf: number): void {
  const { innerWords } = memory;
  let child = leaf;
  let node = memory.parentOf(0, leaf);
  while (node !== NONE) {
    const base = node << INNER_WORD_SHIFT;
    innerWords[base + COUNTS + memory.slotOf(node, child)]++;
    child = node;
    node = innerWords[base + PARENT];
  }
  memory.count++;
}

/** The key of a leaf that is this child of `node` becomes its first entry, if it has one. */
export function setLeafKey(memory: TreeMemory, node: number, slot: number): void {
  const leaf = memory.childAt(node, slot);
  if (memory.leafSize(leaf) === 0) return;
  const first = leaf << PLACE_SHIFT;
  memory.setKey(node, slot, memory.revenueAt(first), memory.leafWords[first + USERS]);
}

/**
 * Fills the summary of the leaf that is this child of `node`, but for its key, which may be below
 * its first entry: one that is still to come may lie between.
 */
export function summarizeLeaf(memory: TreeMemory, node: number, slot: number): void {
  const { innerWords } = memory;
  const leaf = memory.childAt(node, slot);
  const size = memory.leafSize(leaf);
  const base = node << INNER_WORD_SHIFT;
  innerWords[base + COUNTS + slot] = size;
  if (!memory.isTour) return;
  const first = leaf << PLACE_SHIFT;
  innerWords[base + MIN_LEVELS + slot] = minLevelOf(memory, first, first + size);
  const sum = sumOfUsers(memory, first, first + size);
  memory.innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + slot] = sum;
}

/**
 * Entries that moved from one child of a node to a neighbour, where the first of them is at a place
 * now.
 */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly place: number;
  readonly count: number;
}

/**
 * Mends the summaries of two leaves. To add up a leaf is a look anywhere into memory for each of
 * its users, so only those that moved are looked at, and the rest when one of these may have been
 * the only one at the lowest level.
 */
export function moveSummary(memory: TreeMemory, node: number, move: Move): void {
  const { innerWords, innerDoubles } = memory;
  const { from, to, place, count } = move;
  const base = node << INNER_WORD_SHIFT;
  innerWords[base + COUNTS + from] = memory.leafSize(memory.childAt(node, from));
  innerWords[base + COUNTS + to] = memory.leafSize(memory.childAt(node, to));
  if (!memory.isTour) return;
  const sum = sumOfUsers(memory, place, place + count);
  innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + from] -= sum;
  innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + to] += sum;
  const level = minLevelOf(memory, place, place + count);
  const levels = base + MIN_LEVELS;
  innerWords[levels + to] = Math.min(innerWords[levels + to], level);
  if (level > innerWords[levels + from]) return;
  const first = memory.childAt(node, from) << PLACE_SHIFT;
  innerWords[levels + from] = minLevelOf(memory, first, first + innerWords[base + COUNTS + from]);
}

/**
 * The lowest level of the users from one place of a leaf up to another; NONE when there are none.
 */
function minLevelOf({ leafWords, records }: TreeMemory, from: number, to: number): number {
  let level = NONE;
  for (let place = from; place < to; place++) {
    level = Math.min(level, records.levelOf(leafWords[place + USERS]));
  }
  return level;
}

/** What the users from one place of a leaf up to another came with. */
export function sumOfUsers(memory: TreeMemory, from: number, to: number): number {
  const { leafWords, records } = memory;
  let sum = 0;
  for (let place = from; place < to; place++) sum += records.ownOf(leafWords[place + USERS]);
  return sum;
}

/** Fills the summary of the inner node that is this child of `node`, but for its key. */
export function summarizeInner(memory: TreeMemory, node: number, slot: number): void {
  const { innerWords, innerDoubles } = memory;
  const child = memory.childAt(node, slot);
  const words = child << INNER_WORD_SHIFT;
  const base = node << INNER_WORD_SHIFT;
  const size = innerWords[words + SIZE];
  let count = 0;
  for (let i = 0; i < size; i++) count += innerWords[words + COUNTS + i];
  innerWords[base + COUNTS + slot] = count;
  if (!memory.isTour) return;
  const sums = (child << INNER_DOUBLE_SHIFT) + SUMS;
  let sum = 0;
  let minLevel = NONE;
  for (let i = 0; i < size; i++) {
    sum += innerDoubles[sums + i];
    minLevel = Math.min(minLevel, innerWords[words + MIN_LEVELS + i]);
  }
  innerWords[base + MIN_LEVELS + slot] = minLevel;
  innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + slot] = sum;
}

/** How many entries of a tour are before a place, and what they came with. */
export interface Before {
  readonly count: number;
  readonly sum: number;
}

export function allBefore(memory: TreeMemory, place: number): Before {
  const { innerWords, innerDoubles } = memory;
  let child = place >>> PLACE_SHIFT;
  let count = place & SLOT_MASK;
  let sum = sumOfUsers(memory, child << PLACE_SHIFT, place);
  let node = memory.parentOf(0, child);
  while (node !== NONE) {
    const base = node << INNER_WORD_SHIFT;
    const sums = (node << INNER_DOUBLE_SHIFT) + SUMS;
    for (let i = 0; innerWords[base + CHILDREN + i] !== child; i++) {
      count += innerWords[base + COUNTS + i];
      sum += innerDoubles[sums + i];
    }
    child = node;
    node = innerWords[base + PARENT];
  }
  return { count, sum };
}
