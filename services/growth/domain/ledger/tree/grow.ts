import { moveLeft, moveRight } from "./move-entries.ts";
import { type Levels, setLeafKey, summarizeInner, summarizeLeaf } from "./summary.ts";
import {
  CHILDREN,
  COUNTS,
  INNER_CHILDREN,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  KEY_USERS,
  KEY_VALUES,
  LEAF_ENTRIES,
  LEAF_WORD_SHIFT,
  MIN_LEVELS,
  NEXT,
  NONE,
  PLACE_SHIFT,
  PREVIOUS,
  SIZE,
  SUMS,
  type TreeMemory,
} from "./tree-memory.ts";

/** A neighbour with less room than this is not worth a move. */
const MIN_ROOM = 5;

/**
 * Makes room in a full leaf for an entry at `slot`; returns its place now. First a neighbour takes half
 * of what it has room for, which keeps leaves four fifths full; only then is the leaf split. At
 * the end of the sequence the new leaf begins empty: what comes in order fills every leaf.
 */
export function makeRoom(memory: TreeMemory, leaf: number, slot: number, levels: Levels): number {
  const parent = memory.parentOf(0, leaf);
  if (parent !== NONE) {
    const own = memory.slotOf(parent, leaf);
    if (own + 1 < memory.innerSize(parent)) {
      const right = memory.childAt(parent, own + 1);
      const room = LEAF_ENTRIES - memory.leafSize(right);
      if (room >= MIN_ROOM) {
        moveRight(memory, leaf, right, (room + 1) >>> 1);
        summarizePair(memory, parent, own, levels);
        return placeIn(memory, leaf, right, slot);
      }
    }
    if (own > 0) {
      const left = memory.childAt(parent, own - 1);
      const before = memory.leafSize(left);
      const room = LEAF_ENTRIES - before;
      if (room >= MIN_ROOM) {
        moveLeft(memory, leaf, left, (room + 1) >>> 1);
        summarizePair(memory, parent, own - 1, levels);
        return placeIn(memory, left, leaf, before + slot);
      }
    }
  }
  return splitLeaf(memory, leaf, slot, levels);
}

function summarizePair(memory: TreeMemory, parent: number, slot: number, levels: Levels): void {
  summarizeLeaf(memory, parent, slot, levels);
  summarizeLeaf(memory, parent, slot + 1, levels);
  setLeafKey(memory, parent, slot + 1);
}

/**
 * The place of the slot counted from the start of the first of two neighbours. On their border it is
 * in the first one: an entry there is below the key of the second.
 */
function placeIn(memory: TreeMemory, leaf: number, right: number, slot: number): number {
  const size = memory.leafSize(leaf);
  return slot <= size ? (leaf << PLACE_SHIFT) + slot : (right << PLACE_SHIFT) + slot - size;
}

function splitLeaf(memory: TreeMemory, leaf: number, slot: number, levels: Levels): number {
  const { leafWords } = memory;
  const right = memory.takeLeaf();
  const next = leafWords[(leaf << LEAF_WORD_SHIFT) + NEXT];
  leafWords[(leaf << LEAF_WORD_SHIFT) + NEXT] = right;
  leafWords[(right << LEAF_WORD_SHIFT) + PREVIOUS] = leaf;
  leafWords[(right << LEAF_WORD_SHIFT) + NEXT] = next;
  if (next !== NONE) leafWords[(next << LEAF_WORD_SHIFT) + PREVIOUS] = right;
  else memory.lastLeaf = right;
  const isAppend = next === NONE && slot === LEAF_ENTRIES;
  if (!isAppend) moveRight(memory, leaf, right, LEAF_ENTRIES >>> 1);
  const parent = addChild(memory, 0, leaf, right);
  summarizePair(memory, parent, memory.slotOf(parent, leaf), levels);
  return isAppend ? right << PLACE_SHIFT : placeIn(memory, leaf, right, slot);
}

/**
 * Puts a new node behind its left neighbour, at the same level; returns their parent. The summaries of
 * the two are the caller's to fill; those above do not change, but where a parent is split.
 */
function addChild(memory: TreeMemory, level: number, left: number, child: number): number {
  let parent = memory.parentOf(level, left);
  if (parent === NONE) parent = addRoot(memory, level, left);
  if (memory.innerSize(parent) === INNER_CHILDREN) parent = splitInner(memory, level, parent, left);
  const slot = memory.slotOf(parent, left) + 1;
  const count = memory.innerSize(parent) - slot;
  moveChildren(memory, { node: parent, slot }, { node: parent, slot: slot + 1 }, count);
  memory.innerWords[(parent << INNER_WORD_SHIFT) + CHILDREN + slot] = child;
  memory.innerWords[(parent << INNER_WORD_SHIFT) + SIZE]++;
  memory.setParent(level, child, parent);
  return parent;
}

function addRoot(memory: TreeMemory, level: number, child: number): number {
  const root = memory.takeInner();
  memory.innerWords[(root << INNER_WORD_SHIFT) + CHILDREN] = child;
  memory.innerWords[(root << INNER_WORD_SHIFT) + SIZE] = 1;
  memory.setParent(level, child, root);
  memory.root = root;
  memory.height++;
  return root;
}

/** Splits a full inner node; returns the half that holds `child`. Its children are at `level`. */
function splitInner(memory: TreeMemory, level: number, node: number, child: number): number {
  const right = memory.takeInner();
  const isLast = memory.childAt(node, INNER_CHILDREN - 1) === child;
  // The last child goes along, so that the new half is never empty.
  const moved = isLast ? 1 : INNER_CHILDREN >>> 1;
  const kept = INNER_CHILDREN - moved;
  moveChildren(memory, { node, slot: kept }, { node: right, slot: 0 }, moved);
  memory.innerWords[(node << INNER_WORD_SHIFT) + SIZE] = kept;
  memory.innerWords[(right << INNER_WORD_SHIFT) + SIZE] = moved;
  for (let i = 0; i < moved; i++) memory.setParent(level, memory.childAt(right, i), right);
  const parent = addChild(memory, level + 1, node, right);
  const slot = memory.slotOf(parent, node);
  summarizeInner(memory, parent, slot);
  summarizeInner(memory, parent, slot + 1);
  const keyUser = memory.innerWords[(right << INNER_WORD_SHIFT) + KEY_USERS];
  const keyValue = memory.innerDoubles[(right << INNER_DOUBLE_SHIFT) + KEY_VALUES];
  memory.setKey(parent, slot + 1, keyValue, keyUser);
  return memory.parentOf(level, child);
}

interface ChildSlot {
  readonly node: number;
  readonly slot: number;
}

const WORD_COLUMNS = [CHILDREN, COUNTS, MIN_LEVELS, KEY_USERS];
const DOUBLE_COLUMNS = [SUMS, KEY_VALUES];

/** Copies `count` children with all that is known of them; the source may overlap. */
export function moveChildren(
  memory: TreeMemory,
  from: ChildSlot,
  to: ChildSlot,
  count: number,
): void {
  for (const column of WORD_COLUMNS) {
    const source = (from.node << INNER_WORD_SHIFT) + column + from.slot;
    const target = (to.node << INNER_WORD_SHIFT) + column + to.slot;
    memory.innerWords.copyWithin(target, source, source + count);
  }
  for (const column of DOUBLE_COLUMNS) {
    const source = (from.node << INNER_DOUBLE_SHIFT) + column + from.slot;
    const target = (to.node << INNER_DOUBLE_SHIFT) + column + to.slot;
    memory.innerDoubles.copyWithin(target, source, source + count);
  }
}
