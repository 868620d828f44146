import { moveChildren } from "./grow.ts";
import { moveLeft } from "./move-entries.ts";
import { summarizeInner, summarizeLeaf } from "./summary.ts";
import {
  INNER_WORD_SHIFT,
  NEXT,
  NONE,
  PLACE_SHIFT,
  PREVIOUS,
  SIZE,
  type TreeMemory,
} from "./tree-memory.ts";

/** A smaller node joins a neighbour, when both together leave a quarter free. */
const SMALL_LEAF = 7;
const MERGED_LEAF = 22;
const SMALL_INNER = 7;
const MERGED_INNER = 19;

/** After a removal from a leaf of an order. True: the tree has fewer leaves now. */
export function mergeIfSmall(memory: TreeMemory, leaf: number): boolean {
  const size = memory.leafSize(leaf);
  if (size >= SMALL_LEAF) return false;
  const parent = memory.parentOf(0, leaf);
  if (parent === NONE) return false;
  const slot = memory.slotOf(parent, leaf);
  if (size === 0) dropLeaf(memory, leaf, parent, slot);
  else if (slot + 1 < memory.innerSize(parent) && fits(memory, parent, slot)) {
    mergeLeaves(memory, parent, slot);
  } else if (slot > 0 && fits(memory, parent, slot - 1)) {
    mergeLeaves(memory, parent, slot - 1);
  } else return false;
  return true;
}

function fits(memory: TreeMemory, parent: number, slot: number): boolean {
  const left = memory.leafSize(memory.childAt(parent, slot));
  return left + memory.leafSize(memory.childAt(parent, slot + 1)) <= MERGED_LEAF;
}

/** A leaf takes what its right neighbour holds. */
function mergeLeaves(memory: TreeMemory, parent: number, slot: number): void {
  const left = memory.childAt(parent, slot);
  const right = memory.childAt(parent, slot + 1);
  moveLeft(memory, right, left, memory.leafSize(right));
  summarizeLeaf(memory, parent, slot);
  dropLeaf(memory, right, parent, slot + 1);
}

function dropLeaf(memory: TreeMemory, leaf: number, parent: number, slot: number): void {
  const { leafWords } = memory;
  const next = leafWords[(leaf << PLACE_SHIFT) + NEXT];
  const previous = leafWords[(leaf << PLACE_SHIFT) + PREVIOUS];
  if (next !== NONE) leafWords[(next << PLACE_SHIFT) + PREVIOUS] = previous;
  else memory.lastLeaf = previous;
  if (previous !== NONE) leafWords[(previous << PLACE_SHIFT) + NEXT] = next;
  else memory.firstLeaf = next;
  memory.giveBackLeaf(leaf);
  dropChild(memory, 1, parent, slot);
}

/** Takes a child out of its parent, which is at `level`, and thins out what is above. */
function dropChild(memory: TreeMemory, level: number, parent: number, slot: number): void {
  const size = --memory.innerWords[(parent << INNER_WORD_SHIFT) + SIZE];
  moveChildren(memory, { node: parent, slot: slot + 1 }, { node: parent, slot }, size - slot);
  const above = memory.parentOf(level, parent);
  if (above === NONE) {
    lowerRoot(memory);
    return;
  }
  if (size >= SMALL_INNER) return;
  const own = memory.slotOf(above, parent);
  if (size === 0) {
    memory.giveBackInner(parent);
    dropChild(memory, level + 1, above, own);
  } else if (own + 1 < memory.innerSize(above) && innerFits(memory, above, own)) {
    mergeInner(memory, level, above, own);
  } else if (own > 0 && innerFits(memory, above, own - 1)) {
    mergeInner(memory, level, above, own - 1);
  }
}

function innerFits(memory: TreeMemory, above: number, slot: number): boolean {
  const left = memory.innerSize(memory.childAt(above, slot));
  return left + memory.innerSize(memory.childAt(above, slot + 1)) <= MERGED_INNER;
}

/** An inner node takes its right neighbour's children; both are at `level`. */
function mergeInner(memory: TreeMemory, level: number, above: number, slot: number): void {
  const { innerWords } = memory;
  const left = memory.childAt(above, slot);
  const right = memory.childAt(above, slot + 1);
  const before = memory.innerSize(left);
  const count = memory.innerSize(right);
  moveChildren(memory, { node: right, slot: 0 }, { node: left, slot: before }, count);
  // The first key of a node may be anything below its entries; behind another's it must part them.
  memory.setKey(
    left,
    before,
    memory.keyRevenueAt(above, slot + 1),
    memory.keyUserAt(above, slot + 1),
  );
  for (let i = 0; i < count; i++) {
    memory.setParent(level - 1, memory.childAt(left, before + i), left);
  }
  innerWords[(left << INNER_WORD_SHIFT) + SIZE] = before + count;
  summarizeInner(memory, above, slot);
  memory.giveBackInner(right);
  dropChild(memory, level + 1, above, slot + 1);
}

/** A root with one child gives way to it. */
function lowerRoot(memory: TreeMemory): void {
  while (memory.height > 0 && memory.innerSize(memory.root) === 1) {
    const child = memory.childAt(memory.root, 0);
    memory.giveBackInner(memory.root);
    memory.height--;
    memory.root = child;
    memory.setParent(memory.height, child, NONE);
  }
}
