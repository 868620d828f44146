import { KEYS, PLACE_SHIFT, SIZE, type TreeMemory, USERS } from "./tree-memory.ts";

/** Moves what is from a place on in its leaf by one to the right. */
export function openGap(memory: TreeMemory, place: number): void {
  const { leafWords } = memory;
  const base = (place >>> PLACE_SHIFT) << PLACE_SHIFT;
  const end = base + leafWords[base + SIZE]++;
  for (let at = end + USERS; at > place + USERS; at--) leafWords[at] = leafWords[at - 1];
  if (memory.isTour) return;
  for (let at = end + KEYS; at > place + KEYS; at--) leafWords[at] = leafWords[at - 1];
}

/**
 * Moves what is behind a place in its leaf of an order by one to the left, over the entry there.
 */
export function closeGap({ leafWords }: TreeMemory, place: number): void {
  const base = (place >>> PLACE_SHIFT) << PLACE_SHIFT;
  const end = base + --leafWords[base + SIZE];
  for (let at = place + USERS; at < end + USERS; at++) leafWords[at] = leafWords[at + 1];
  for (let at = place + KEYS; at < end + KEYS; at++) leafWords[at] = leafWords[at + 1];
}

/** Moves the last `count` entries of a leaf to the front of its right neighbour, which has room. */
export function moveRight(memory: TreeMemory, leaf: number, right: number, count: number): void {
  const size = memory.leafSize(right);
  const left = memory.leafSize(leaf) - count;
  const front = right << PLACE_SHIFT;
  copyEntries(memory, front, front + count, size);
  copyEntries(memory, (leaf << PLACE_SHIFT) + left, front, count);
  settleIn(memory, front, count);
  memory.setLeafSize(leaf, left);
  memory.setLeafSize(right, size + count);
}

/** Moves the first `count` entries of a leaf to the end of its left neighbour, which has room. */
export function moveLeft(memory: TreeMemory, leaf: number, left: number, count: number): void {
  const size = memory.leafSize(leaf);
  const before = memory.leafSize(left);
  const front = leaf << PLACE_SHIFT;
  const end = (left << PLACE_SHIFT) + before;
  copyEntries(memory, front, end, count);
  settleIn(memory, end, count);
  copyEntries(memory, front + count, front, size - count);
  memory.setLeafSize(leaf, size - count);
  memory.setLeafSize(left, before + count);
}

/** From place to place, which may overlap. */
function copyEntries(memory: TreeMemory, from: number, to: number, count: number): void {
  const { leafWords } = memory;
  leafWords.copyWithin(to + USERS, from + USERS, from + USERS + count);
  if (!memory.isTour) {
    leafWords.copyWithin(to + KEYS, from + KEYS, from + KEYS + count);
  }
}

/** Users of a tour know their leaf. */
function settleIn({ leafWords, records, isTour }: TreeMemory, place: number, count: number): void {
  if (!isTour) return;
  const leaf = place >>> PLACE_SHIFT;
  for (let i = 0; i < count; i++) records.moveTo(leafWords[place + USERS + i], leaf);
}
