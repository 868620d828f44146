import type { SortedUsers } from "./sort-by-revenue.ts";
import { LOADED_ENTRIES, layOutLeaves, raiseInnerNodes } from "./tree/bulk-load.ts";
import { CountedTree } from "./tree/counted-tree.ts";
import {
  CHILDREN,
  COUNTS,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  KEY_USERS,
  KEY_VALUES,
  LEAF_ENTRIES,
  LEAF_WORD_SHIFT,
  NEXT,
  NONE,
  PLACE_SHIFT,
  PREVIOUS,
  SIZE,
  SLOT_MASK,
  type TreeMemory,
  USERS,
  type UserColumn,
  VALUES,
} from "./tree/tree-memory.ts";

/** Users with their revenues, written by the questions for the k lowest and highest. */
export interface RevenueWindow {
  readonly users: Uint32Array;
  readonly revenues: Float64Array;
  /** So many of them are filled. */
  count: number;
}

export function createRevenueWindow(maxCount: number): RevenueWindow {
  return { users: new Uint32Array(maxCount), revenues: new Float64Array(maxCount), count: 0 };
}

/** Of a tree with 2^32 entries, were its nodes all as empty as they may be, and some. */
const MAX_HEIGHT = 16;
/** Above every user's number: (revenue, LAST_USER) is behind all with this revenue. */
const LAST_USER = NONE;

/** All users by (revenue, user): the order of every question about it. */
export class RevenueOrder {
  readonly tree: CountedTree;
  readonly #memory: TreeMemory;
  /** Positions of the counts on the way that was gone down last. */
  readonly #path = new Uint32Array(MAX_HEIGHT);

  constructor(maxUsers: number, leafOf: UserColumn) {
    this.tree = new CountedTree(maxUsers, leafOf);
    this.#memory = this.tree.memory;
  }

  get bytes(): number {
    return this.#memory.bytes;
  }

  /** Fills an empty order. */
  load({ users, revenues }: SortedUsers): void {
    const { leafWords, leafDoubles, leafOf } = this.#memory;
    const leaves = layOutLeaves(this.#memory, users.length);
    for (let leaf = 0, at = 0; leaf < leaves; leaf++) {
      const end = Math.min(at + LOADED_ENTRIES, users.length);
      let word = (leaf << LEAF_WORD_SHIFT) + USERS;
      let value = (leaf << PLACE_SHIFT) + VALUES;
      for (; at < end; at++) {
        const user = users[at];
        leafWords[word++] = user;
        leafDoubles[value++] = revenues[at];
        leafOf.words[user * leafOf.stride + leafOf.column] = leaf;
      }
    }
    raiseInnerNodes(this.#memory, leaves, undefined);
  }

  insert(revenue: number, user: number): void {
    const place = this.#placeFor(revenue, user);
    if (this.#memory.leafSize(place >>> PLACE_SHIFT) === LEAF_ENTRIES) {
      this.tree.insertAt(place, revenue, user);
    } else this.tree.insertAlong(place, revenue, user, this.#path);
  }

  revenueOf(user: number): number {
    return this.tree.valueAt(this.tree.placeOf(user));
  }

  /** Adds to a user's revenue; returns the new one. */
  add(user: number, amount: number): number {
    const place = this.tree.placeOf(user);
    const revenue = this.tree.valueAt(place) + amount;
    if (amount === 0) return revenue;
    if (this.#staysAt(place, revenue, user)) this.tree.addAt(place, amount);
    else {
      this.tree.removeAt(place);
      this.insert(revenue, user);
    }
    return revenue;
  }

  /** The k lowest with a revenue above `min`, or at it when inclusive. */
  lowest(window: RevenueWindow, k: number, min: number, isInclusive: boolean): void {
    const { leafWords, leafDoubles } = this.#memory;
    const { users, revenues } = window;
    const place = this.#placeFor(min, isInclusive ? 0 : LAST_USER);
    let leaf = place >>> PLACE_SHIFT;
    let slot = place & SLOT_MASK;
    let count = 0;
    while (leaf !== NONE && count < k) {
      const base = leaf << LEAF_WORD_SHIFT;
      const end = Math.min(leafWords[base + SIZE], slot + k - count);
      const values = (leaf << PLACE_SHIFT) + VALUES;
      for (; slot < end; slot++) {
        users[count] = leafWords[base + USERS + slot];
        revenues[count++] = leafDoubles[values + slot];
      }
      leaf = leafWords[base + NEXT];
      slot = 0;
    }
    window.count = count;
  }

  /** The k highest with a revenue below `max`, or at it when inclusive; of equals the last user first. */
  highest(window: RevenueWindow, k: number, max: number, isInclusive: boolean): void {
    const { leafWords, leafDoubles } = this.#memory;
    const { users, revenues } = window;
    const place = this.#placeFor(max, isInclusive ? LAST_USER : 0);
    let leaf = place >>> PLACE_SHIFT;
    let slot = place & SLOT_MASK;
    let count = 0;
    for (;;) {
      const base = leaf << LEAF_WORD_SHIFT;
      const values = (leaf << PLACE_SHIFT) + VALUES;
      while (slot > 0 && count < k) {
        slot--;
        users[count] = leafWords[base + USERS + slot];
        revenues[count++] = leafDoubles[values + slot];
      }
      leaf = leafWords[base + PREVIOUS];
      if (leaf === NONE || count === k) break;
      slot = this.#memory.leafSize(leaf);
    }
    window.count = count;
  }

  /** How many users are before this one, in ascending order. */
  rankOf(user: number): number {
    return this.tree.countBefore(this.tree.placeOf(user));
  }

  /** How many users have a revenue from `min` to `max`, both included. */
  countBetween(min: number, max: number): number {
    return min > max ? 0 : this.#countBelow(max, LAST_USER) - this.#countBelow(min, 0);
  }

  #countBelow(revenue: number, user: number): number {
    const { innerWords, height } = this.#memory;
    let node = this.#memory.root;
    let count = 0;
    for (let level = height; level > 0; level--) {
      const slot = this.#childFor(node, revenue, user);
      const base = node << INNER_WORD_SHIFT;
      for (let i = 0; i < slot; i++) count += innerWords[base + COUNTS + i];
      node = innerWords[base + CHILDREN + slot];
    }
    return count + this.#slotFor(node, revenue, user);
  }

  /** An entry that rises to below its right neighbour stays where it is. */
  #staysAt(place: number, revenue: number, user: number): boolean {
    const leaf = place >>> PLACE_SHIFT;
    if ((place & SLOT_MASK) + 1 === this.#memory.leafSize(leaf)) {
      return leaf === this.#memory.lastLeaf;
    }
    const next = this.tree.valueAt(place + 1);
    return revenue < next || (revenue === next && user < this.tree.userAt(place + 1));
  }

  /** The place of the first entry at or above (revenue, user), or behind the last below it in its leaf. */
  #placeFor(revenue: number, user: number): number {
    const { innerWords, height } = this.#memory;
    const path = this.#path;
    let node = this.#memory.root;
    for (let step = 0; step < height; step++) {
      const slot = this.#childFor(node, revenue, user);
      const base = node << INNER_WORD_SHIFT;
      path[step] = base + COUNTS + slot;
      node = innerWords[base + CHILDREN + slot];
    }
    return (node << PLACE_SHIFT) + this.#slotFor(node, revenue, user);
  }

  /** The last child whose key is at or below (revenue, user); the first has no lower bound. */
  #childFor(node: number, revenue: number, user: number): number {
    const { innerWords, innerDoubles } = this.#memory;
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

  #slotFor(leaf: number, revenue: number, user: number): number {
    const { leafWords, leafDoubles } = this.#memory;
    const base = leaf << LEAF_WORD_SHIFT;
    const values = (leaf << PLACE_SHIFT) + VALUES;
    let low = 0;
    let high = leafWords[base + SIZE];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const value = leafDoubles[values + middle];
      const isBelow =
        value < revenue || (value === revenue && leafWords[base + USERS + middle] < user);
      if (isBelow) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
