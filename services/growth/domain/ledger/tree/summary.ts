import {
  CHILDREN,
  COUNTS,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  LEAF_WORD_SHIFT,
  MIN_LEVELS,
  NONE,
  PARENT,
  PLACE_SHIFT,
  SIZE,
  SLOT_MASK,
  SUMS,
  type TreeMemory,
  USERS,
  type UserColumn,
  VALUES,
} from "./tree-memory.ts";

/**
 * By user: its level, of which inner nodes keep the lowest, and the sum of values. A tree without levels
 * keeps counts alone.
 */
export type Levels = UserColumn | undefined;

/** Adds to the counts of all nodes above a leaf. */
export function addCountAbove(memory: TreeMemory, leaf: number, count: number): void {
  const { innerWords } = memory;
  let child = leaf;
  let node = memory.leafWords[(leaf << LEAF_WORD_SHIFT) + PARENT];
  while (node !== NONE) {
    const base = node << INNER_WORD_SHIFT;
    let at = base + CHILDREN;
    while (innerWords[at] !== child) at++;
    innerWords[at + COUNTS - CHILDREN] += count;
    child = node;
    node = innerWords[base + PARENT];
  }
  memory.count += count;
}

/** Adds an entry to the summaries of all nodes above a leaf; its level may be the lowest. */
export function addEntryAbove(memory: TreeMemory, leaf: number, sum: number, level: number): void {
  const { innerWords, innerDoubles } = memory;
  let child = leaf;
  let node = memory.leafWords[(leaf << LEAF_WORD_SHIFT) + PARENT];
  while (node !== NONE) {
    const base = node << INNER_WORD_SHIFT;
    let at = base + CHILDREN;
    while (innerWords[at] !== child) at++;
    const slot = at - base - CHILDREN;
    innerWords[base + COUNTS + slot]++;
    innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + slot] += sum;
    if (level < innerWords[base + MIN_LEVELS + slot]) innerWords[base + MIN_LEVELS + slot] = level;
    child = node;
    node = innerWords[base + PARENT];
  }
  memory.count++;
  memory.sum += sum;
}

/** The key of a leaf that is this child of `node` becomes its first entry, if it has one. */
export function setLeafKey(memory: TreeMemory, node: number, slot: number): void {
  const leaf = memory.childAt(node, slot);
  if (memory.leafSize(leaf) === 0) return;
  const user = memory.leafWords[(leaf << LEAF_WORD_SHIFT) + USERS];
  memory.setKey(node, slot, memory.leafDoubles[(leaf << PLACE_SHIFT) + VALUES], user);
}

/**
 * Fills the summary of the leaf that is this child of `node`, but for its key, which may be below its
 * first entry: one that is still to come may lie between.
 */
export function summarizeLeaf(
  memory: TreeMemory,
  node: number,
  slot: number,
  levels: Levels,
): void {
  const { leafWords, innerWords } = memory;
  const leaf = memory.childAt(node, slot);
  const size = memory.leafSize(leaf);
  const users = (leaf << LEAF_WORD_SHIFT) + USERS;
  const base = node << INNER_WORD_SHIFT;
  innerWords[base + COUNTS + slot] = size;
  if (levels === undefined) return;
  const { words, stride, column } = levels;
  let minLevel = NONE;
  for (let i = 0; i < size; i++) {
    minLevel = Math.min(minLevel, words[leafWords[users + i] * stride + column]);
  }
  innerWords[base + MIN_LEVELS + slot] = minLevel;
  memory.innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + slot] = sumOfLeaf(memory, leaf);
}

/** What the entries of a leaf add up to. */
export function sumOfLeaf({ leafWords, leafDoubles }: TreeMemory, leaf: number): number {
  const values = (leaf << PLACE_SHIFT) + VALUES;
  const end = values + leafWords[(leaf << LEAF_WORD_SHIFT) + SIZE];
  let sum = 0;
  for (let at = values; at < end; at++) sum += leafDoubles[at];
  return sum;
}

/** The same of an inner node that is this child of `node`. */
export function summarizeInner(memory: TreeMemory, node: number, slot: number): void {
  const { innerWords, innerDoubles } = memory;
  const child = memory.childAt(node, slot);
  const words = child << INNER_WORD_SHIFT;
  const sums = (child << INNER_DOUBLE_SHIFT) + SUMS;
  let count = 0;
  let sum = 0;
  let minLevel = NONE;
  for (let i = 0; i < innerWords[words + SIZE]; i++) {
    count += innerWords[words + COUNTS + i];
    sum += innerDoubles[sums + i];
    minLevel = Math.min(minLevel, innerWords[words + MIN_LEVELS + i]);
  }
  const base = node << INNER_WORD_SHIFT;
  innerWords[base + COUNTS + slot] = count;
  innerWords[base + MIN_LEVELS + slot] = minLevel;
  innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + slot] = sum;
}

/** How many entries are before a place. */
export function countBefore(memory: TreeMemory, place: number): number {
  const { innerWords } = memory;
  let count = place & SLOT_MASK;
  let child = place >>> PLACE_SHIFT;
  let node = memory.leafWords[(child << LEAF_WORD_SHIFT) + PARENT];
  while (node !== NONE) {
    const base = node << INNER_WORD_SHIFT;
    for (let at = base + CHILDREN; innerWords[at] !== child; at++) {
      count += innerWords[at + COUNTS - CHILDREN];
    }
    child = node;
    node = innerWords[base + PARENT];
  }
  return count;
}

/** What the entries before a place add up to. */
export function sumBefore(memory: TreeMemory, place: number): number {
  const { leafDoubles, innerWords, innerDoubles } = memory;
  let child = place >>> PLACE_SHIFT;
  let sum = 0;
  for (let i = child << PLACE_SHIFT; i < place; i++) sum += leafDoubles[i + VALUES];
  let node = memory.leafWords[(child << LEAF_WORD_SHIFT) + PARENT];
  while (node !== NONE) {
    const base = node << INNER_WORD_SHIFT;
    const sums = (node << INNER_DOUBLE_SHIFT) + SUMS;
    for (let i = 0; innerWords[base + CHILDREN + i] !== child; i++) sum += innerDoubles[sums + i];
    child = node;
    node = innerWords[base + PARENT];
  }
  return sum;
}
