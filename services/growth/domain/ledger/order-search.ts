import { fetchInner, fetchLeaf } from "./tree/fetch.ts";
import { shortKeyOf } from "./tree/short-key.ts";
import {
  CHILDREN,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  KEY_USERS,
  KEY_VALUES,
  KEYS,
  PLACE_SHIFT,
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
  const { innerWords, innerDoubles } = memory;
  const base = node << INNER_WORD_SHIFT;
  const keys = (node << INNER_DOUBLE_SHIFT) + KEY_VALUES;
  let low = 0;
  let high = innerWords[base + SIZE];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const key = innerDoubles[keys + middle];
    const isBelow =
      key < revenue || (key === revenue && innerWords[base + KEY_USERS + middle] <= user);
    if (isBelow) low = middle;
    else high = middle;
  }
  return low;
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

/** Of an entry with the same short key. */
function isBelowAt(memory: TreeMemory, place: number, revenue: number, user: number): boolean {
  const other = memory.revenueAt(place);
  return other < revenue || (other === revenue && memory.leafWords[place + USERS] < user);
}
