import { fetchInner, fetchLeaf } from "./tree/fetch.ts";
import { EXACT_BELOW, restOfKey, shortKeyOf } from "./tree/short-key.ts";
import {
  CHILDREN,
  INNER_WORD_SHIFT,
  KEY_RESTS,
  KEY_USERS,
  KEYS,
  PLACE_SHIFT,
  SHORT_KEYS,
  SIZE,
  type TreeMemory,
  USERS,
} from "./tree/tree-memory.ts";

/**
 * The leaf in which (revenue, user) is, or would be. Nearly all that a way down costs is in the
 * last node, for those above are in the cache, and in the leaf: their lines are fetched before one
 * is searched.
 */
export function leafFor(memory: TreeMemory, revenue: number, user: number): number {
  const { innerWords, height } = memory;
  let node = memory.root;
  for (let level = height; level > 0; level--) {
    if (level === 1) fetchInner(memory, node);
    const slot = childFor(memory, node, revenue, user);
    node = innerWords[(node << INNER_WORD_SHIFT) + CHILDREN + slot];
  }
  fetchLeaf(memory, node);
  return node;
}

/** The last child whose key is at or below (revenue, user); the first has no lower bound. */
export function childFor(memory: TreeMemory, node: number, revenue: number, user: number): number {
  const { innerWords } = memory;
  const key = shortKeyOf(revenue);
  const base = node << INNER_WORD_SHIFT;
  const keys = base + SHORT_KEYS;
  let low = 0;
  let high = innerWords[base + SIZE];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const other = innerWords[keys + middle];
    const isBelow =
      other < key || (other === key && isAtOrBelow(memory, base + middle, revenue, user));
    if (isBelow) low = middle;
    else high = middle;
  }
  return low;
}

/** Whether a child is that for a revenue, by short keys alone: of equal ones it says no. */
export function isSurelyChildFor(
  { innerWords }: TreeMemory,
  node: number,
  slot: number,
  revenue: number,
): boolean {
  const base = node << INNER_WORD_SHIFT;
  const last = innerWords[base + SIZE] - 1;
  if (slot < 0 || slot > last) return false;
  const key = shortKeyOf(revenue);
  const at = base + SHORT_KEYS + slot;
  return (slot === 0 || innerWords[at] < key) && (slot === last || innerWords[at + 1] > key);
}

/** Of a key of an inner node with the same short key. */
function isAtOrBelow(
  { innerWords }: TreeMemory,
  at: number,
  revenue: number,
  user: number,
): boolean {
  const other = innerWords[at + KEY_RESTS];
  const rest = restOfKey(revenue);
  return other < rest || (other === rest && innerWords[at + KEY_USERS] <= user);
}

/** The place of the first entry of a leaf at or above (revenue, user), or behind the last. */
export function placeIn(memory: TreeMemory, leaf: number, revenue: number, user: number): number {
  const { leafWords } = memory;
  const key = shortKeyOf(revenue);
  let low = leaf << PLACE_SHIFT;
  let high = low + leafWords[low + SIZE];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = leafWords[middle + KEYS];
    const isBelow = other < key || (other === key && isBelowAt(memory, middle, revenue, user));
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of the first entry of a leaf at or above a revenue, or behind the last. */
export function firstFrom(memory: TreeMemory, leaf: number, revenue: number): number {
  if (revenue >= EXACT_BELOW) return placeIn(memory, leaf, revenue, 0);
  const { leafWords } = memory;
  const key = revenue >>> 0;
  let low = leaf << PLACE_SHIFT;
  let high = low + leafWords[low + SIZE];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (leafWords[middle + KEYS] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of an entry with the same short key. */
function isBelowAt(memory: TreeMemory, place: number, revenue: number, user: number): boolean {
  const other = memory.revenueAt(place);
  return other < revenue || (other === revenue && memory.leafWords[place + USERS] < user);
}
