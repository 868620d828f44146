import {
  CHILDREN,
  INNER_WORD_SHIFT,
  MIN_LEVELS,
  NONE,
  PARENT,
  PLACE_SHIFT,
  SIZE,
  SLOT_MASK,
  type TreeMemory,
  USERS,
} from "./tree/tree-memory.ts";

/** For a user of a tour that is at this level or higher up: the first (step 1) or the last (-1). */
interface Search {
  readonly level: number;
  readonly step: 1 | -1;
}

/** The place of the first user behind `place` that is at this level or higher up; -1: none. */
export function firstBehind(memory: TreeMemory, place: number, level: number): number {
  return nearest(memory, place, { level, step: 1 });
}

/** The place of the last user before `place` that is at this level or higher up. There is one. */
export function lastBefore(memory: TreeMemory, place: number, level: number): number {
  const found = nearest(memory, place, { level, step: -1 });
  if (found < 0) throw new Error("a user below the first level has nobody above it");
  return found;
}

/** From a place on, without it: up to the first node that has one beside the way, and down there; -1: none. */
function nearest(memory: TreeMemory, place: number, search: Search): number {
  const { innerWords } = memory;
  const { level, step } = search;
  let node = place >>> PLACE_SHIFT;
  const slot = slotInLeaf(memory, node, (place & SLOT_MASK) + step, search);
  if (slot >= 0) return (node << PLACE_SHIFT) + slot;
  let parent = memory.leafWords[(node << PLACE_SHIFT) + PARENT];
  for (let height = 0; parent !== NONE; height++) {
    const base = parent << INNER_WORD_SHIFT;
    const size = innerWords[base + SIZE];
    let at = memory.slotOf(parent, node) + step;
    while (at >= 0 && at < size && innerWords[base + MIN_LEVELS + at] > level) at += step;
    if (at >= 0 && at < size) return descend(memory, memory.childAt(parent, at), height, search);
    node = parent;
    parent = innerWords[base + PARENT];
  }
  return -1;
}

/** The place of the user below a node, which has one. */
function descend(memory: TreeMemory, top: number, height: number, search: Search): number {
  const { innerWords } = memory;
  const { level, step } = search;
  let node = top;
  for (let below = height; below > 0; below--) {
    const base = node << INNER_WORD_SHIFT;
    let at = step === 1 ? 0 : innerWords[base + SIZE] - 1;
    while (innerWords[base + MIN_LEVELS + at] > level) at += step;
    node = innerWords[base + CHILDREN + at];
  }
  const from = step === 1 ? 0 : memory.leafSize(node) - 1;
  return (node << PLACE_SHIFT) + slotInLeaf(memory, node, from, search);
}

/** Its slot in a leaf, from `from` on; -1: none. */
function slotInLeaf(
  { leafWords, records }: TreeMemory,
  leaf: number,
  from: number,
  { level, step }: Search,
): number {
  const base = leaf << PLACE_SHIFT;
  const size = leafWords[base + SIZE];
  for (let slot = from; slot >= 0 && slot < size; slot += step) {
    if (records.levelOf(leafWords[base + USERS + slot]) <= level) return slot;
  }
  return -1;
}
