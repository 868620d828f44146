import { moveLeft, moveRight } from "./move-entries.ts";
import { moveSummary, setLeafKey, summarizeInner, summarizeLeaf } from "./summary.ts";
import {
  CHILDREN,
  COUNTS,
  INNER_CHILDREN,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  KEY_RESTS,
  KEY_USERS,
  NEXT,
  NONE,
  PLACE_SHIFT,
  PREVIOUS,
  SHORT_KEYS,
  SIZE,
  SUMS,
  type TreeMemory,
} from "./tree-memory.ts";

/**
 * A neighbour with less room than a quarter of a leaf is not worth a move: its entries soon come
 * back.
 */
function isRoomy(memory: TreeMemory, room: number): boolean {
  return room >= memory.maxEntries >>> 2;
}

/**
 * Makes room in a full leaf for an entry at `slot`; returns its place now. First a neighbour takes
 * half of what it has room for, which keeps leaves fuller; only then is the leaf split. At the end
 * of the sequence the new leaf begins empty: what comes in order fills every leaf.
 */
export function makeRoom(memory: TreeMemory, leaf: number, slot: number): number {
  const parent = memory.parentOf(0, leaf);
  if (parent !== NONE) {
    const own = memory.slotOf(parent, leaf);
    if (own + 1 < memory.innerSize(parent)) {
      const right = memory.childAt(parent, own + 1);
      const room = memory.maxEntries - memory.leafSize(right);
      if (isRoomy(memory, room)) {
        giveRight(memory, parent, own, (room + 1) >>> 1);
        return placeIn(memory, leaf, right, slot);
      }
    }
    if (own > 0) {
      const left = memory.childAt(parent, own - 1);
      const before = memory.leafSize(left);
      const room = memory.maxEntries - before;
      if (isRoomy(memory, room)) {
        giveLeft(memory, parent, own, (room + 1) >>> 1);
        return placeIn(memory, left, leaf, before + slot);
      }
    }
  }
  return splitLeaf(memory, leaf, slot);
}

/** Moves the last `count` entries of a child to the one behind it. */
function giveRight(memory: TreeMemory, parent: number, slot: number, count: number): void {
  const right = memory.childAt(parent, slot + 1);
  moveRight(memory, memory.childAt(parent, slot), right, count);
  moveSummary(memory, parent, { from: slot, to: slot + 1, place: right << PLACE_SHIFT, count });
  if (!memory.isTour) setLeafKey(memory, parent, slot + 1);
}

/** Moves the first `count` entries of a child to the one before it. */
function giveLeft(memory: TreeMemory, parent: number, slot: number, count: number): void {
  const left = memory.childAt(parent, slot - 1);
  const place = (left << PLACE_SHIFT) + memory.leafSize(left);
  moveLeft(memory, memory.childAt(parent, slot), left, count);
  moveSummary(memory, parent, { from: slot, to: slot - 1, place, count });
  if (!memory.isTour) setLeafKey(memory, parent, slot);
}

/**
 * The place of the slot counted from the start of the first of two neighbours. On their border it
 * is in the first one: an entry there is below the key of the second.
 */
function placeIn(memory: TreeMemory, leaf: number, right: number, slot: number): number {
  const size = memory.leafSize(leaf);
  return slot <= size ? (leaf << PLACE_SHIFT) + slot : (right << PLACE_SHIFT) + slot - size;
}

function splitLeaf(memory: TreeMemory, leaf: number, slot: number): number {
  const { leafWords } = memory;
  const right = memory.takeLeaf();
  const next = leafWords[(leaf << PLACE_SHIFT) + NEXT];
  leafWords[(leaf << PLACE_SHIFT) + NEXT] = right;
  leafWords[(right << PLACE_SHIFT) + PREVIOUS] = leaf;
  leafWords[(right << PLACE_SHIFT) + NEXT] = next;
  if (next !== NONE) leafWords[(next << PLACE_SHIFT) + PREVIOUS] = right;
  else memory.lastLeaf = right;
  const isAppend = next === NONE && slot === memory.maxEntries;
  const parent = addChild(memory, 0, leaf, right);
  const own = memory.slotOf(parent, leaf);
  summarizeLeaf(memory, parent, own + 1);
  if (!isAppend) giveRight(memory, parent, own, memory.maxEntries >>> 1);
  return isAppend ? right << PLACE_SHIFT : placeIn(memory, leaf, right, slot);
}

/**
 * Puts a new node behind its left neighbour, at the same level; returns their parent. The summaries
 * of the two are the caller's to fill; those above do not change, but where a parent is split.
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
  if (level === 0) summarizeLeaf(memory, root, 0);
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
  if (memory.isTour) return memory.parentOf(level, child);
  memory.setKey(parent, slot + 1, memory.keyRevenueAt(right, 0), memory.keyUserAt(right, 0));
  return memory.parentOf(level, child);
}

interface ChildSlot {
  readonly node: number;
  readonly slot: number;
}

/** The first is, in a tour, the lowest levels. */
const COLUMNS = [SHORT_KEYS, CHILDREN, COUNTS];
const KEYED_COLUMNS = [...COLUMNS, KEY_RESTS, KEY_USERS];

/** Copies `count` children with all that is known of them; the source may overlap. */
export function moveChildren(
  memory: TreeMemory,
  from: ChildSlot,
  to: ChildSlot,
  count: number,
): void {
  const { innerWords, innerDoubles } = memory;
  for (const column of memory.isTour ? COLUMNS : KEYED_COLUMNS) {
    const source = (from.node << INNER_WORD_SHIFT) + column + from.slot;
    const target = (to.node << INNER_WORD_SHIFT) + column + to.slot;
    innerWords.copyWithin(target, source, source + count);
  }
  if (!memory.isTour) return;
  const source = (from.node << INNER_DOUBLE_SHIFT) + SUMS + from.slot;
  const target = (to.node << INNER_DOUBLE_SHIFT) + SUMS + to.slot;
  innerDoubles.copyWithin(target, source, source + count);
}
