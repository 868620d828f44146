import {
  LEAF_WORD_SHIFT,
  PLACE_SHIFT,
  SIZE,
  type TreeMemory,
  USERS,
  VALUES,
} from "./tree-memory.ts";

/** Moves what is from `slot` on in a leaf by one to the right. */
export function openGap(memory: TreeMemory, leaf: number, slot: number): void {
  const { leafWords, leafDoubles } = memory;
  const users = (leaf << LEAF_WORD_SHIFT) + USERS;
  const values = (leaf << PLACE_SHIFT) + VALUES;
  const size = leafWords[(leaf << LEAF_WORD_SHIFT) + SIZE]++;
  for (let i = size; i > slot; i--) leafDoubles[values + i] = leafDoubles[values + i - 1];
  for (let i = size; i > slot; i--) leafWords[users + i] = leafWords[users + i - 1];
}

/** Moves what is behind `slot` in a leaf by one to the left, over the entry there. */
export function closeGap(memory: TreeMemory, leaf: number, slot: number): void {
  const { leafWords, leafDoubles } = memory;
  const users = (leaf << LEAF_WORD_SHIFT) + USERS;
  const values = (leaf << PLACE_SHIFT) + VALUES;
  const size = --leafWords[(leaf << LEAF_WORD_SHIFT) + SIZE];
  for (let i = slot; i < size; i++) leafDoubles[values + i] = leafDoubles[values + i + 1];
  for (let i = slot; i < size; i++) leafWords[users + i] = leafWords[users + i + 1];
}

/** Moves the last `count` entries of a leaf to the front of its right neighbour, which has room. */
export function moveRight(memory: TreeMemory, leaf: number, right: number, count: number): void {
  const size = memory.leafSize(right);
  const left = memory.leafSize(leaf) - count;
  shift(memory, right, 0, count, size);
  take(memory, { leaf, slot: left }, { leaf: right, slot: 0 }, count);
  memory.leafWords[(leaf << LEAF_WORD_SHIFT) + SIZE] = left;
  memory.leafWords[(right << LEAF_WORD_SHIFT) + SIZE] = size + count;
}

/** Moves the first `count` entries of a leaf to the end of its left neighbour, which has room. */
export function moveLeft(memory: TreeMemory, leaf: number, left: number, count: number): void {
  const size = memory.leafSize(leaf);
  const before = memory.leafSize(left);
  take(memory, { leaf, slot: 0 }, { leaf: left, slot: before }, count);
  shift(memory, leaf, count, 0, size - count);
  memory.leafWords[(leaf << LEAF_WORD_SHIFT) + SIZE] = size - count;
  memory.leafWords[(left << LEAF_WORD_SHIFT) + SIZE] = before + count;
}

function shift(memory: TreeMemory, leaf: number, from: number, to: number, count: number): void {
  const users = (leaf << LEAF_WORD_SHIFT) + USERS;
  const values = (leaf << PLACE_SHIFT) + VALUES;
  memory.leafWords.copyWithin(users + to, users + from, users + from + count);
  memory.leafDoubles.copyWithin(values + to, values + from, values + from + count);
}

interface Slot {
  readonly leaf: number;
  readonly slot: number;
}

function take(memory: TreeMemory, from: Slot, to: Slot, count: number): void {
  const { leafWords, leafDoubles } = memory;
  const { words, stride, column } = memory.leafOf;
  const usersFrom = (from.leaf << LEAF_WORD_SHIFT) + USERS + from.slot;
  const usersTo = (to.leaf << LEAF_WORD_SHIFT) + USERS + to.slot;
  const valuesFrom = (from.leaf << PLACE_SHIFT) + VALUES + from.slot;
  const valuesTo = (to.leaf << PLACE_SHIFT) + VALUES + to.slot;
  for (let i = 0; i < count; i++) {
    const user = leafWords[usersFrom + i];
    leafWords[usersTo + i] = user;
    leafDoubles[valuesTo + i] = leafDoubles[valuesFrom + i];
    words[user * stride + column] = to.leaf;
  }
}
