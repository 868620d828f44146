import { LeafHints } from "./leaf-hints.ts";
import type { NewUsers } from "./new-users.ts";
import { OrderBatches, type Risen } from "./order-batches.ts";
import { childFor, firstFrom, leafFor, placeIn } from "./order-search.ts";
import type { SortedUsers } from "./sort-by-revenue.ts";
import { layOutLeaves, loadedEntries, raiseInnerNodes } from "./tree/bulk-load.ts";
import { shortKeyOf } from "./tree/short-key.ts";
import {
  CHILDREN,
  COUNTS,
  INNER_WORD_SHIFT,
  KEYS,
  NEXT,
  NONE,
  PLACE_SHIFT,
  PREVIOUS,
  SIZE,
  TreeMemory,
  USERS,
} from "./tree/tree-memory.ts";
import type { UserRecords } from "./tree/user-records.ts";

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

/** All users by (revenue, user): the order of every question about it. */
export class RevenueOrder {
  readonly memory: TreeMemory;
  readonly #batches: OrderBatches;
  readonly #hints: LeafHints;

  /** `maxNewUsers`: of one batch. */
  constructor(maxUsers: number, records: UserRecords, maxNewUsers: number) {
    this.memory = new TreeMemory(maxUsers, records, "order");
    this.#batches = new OrderBatches(this.memory, maxNewUsers);
    this.#hints = new LeafHints(this.memory, maxUsers);
  }

  /** Of the tree and what batches need; users have their records besides. */
  get bytes(): number {
    return this.memory.bytes + this.#batches.bytes + this.#hints.bytes;
  }

  /** Fills an empty order, of users whose records say the same. */
  load({ users, revenues }: SortedUsers): void {
    const { leafWords } = this.memory;
    const leaves = layOutLeaves(this.memory, users.length);
    const loaded = loadedEntries(this.memory);
    for (let leaf = 0, at = 0; leaf < leaves; leaf++) {
      const end = Math.min(at + loaded, users.length);
      for (let place = leaf << PLACE_SHIFT; at < end; at++, place++) {
        leafWords[place + USERS] = users[at];
        leafWords[place + KEYS] = shortKeyOf(revenues[at]);
      }
      this.#hints.fill(revenues[end - 1], leaf);
    }
    raiseInnerNodes(this.memory, leaves, undefined);
  }

  /** Users come in; who brought one rises by what that one came with. */
  insertAll(users: NewUsers, risen: Risen): void {
    this.#batches.insertAll(users, risen);
  }

  revenueOf(user: number): number {
    return this.memory.records.revenueOf(user);
  }

  /** The k lowest with a revenue above `min`, or at it when inclusive. */
  lowest(window: RevenueWindow, k: number, min: number, isInclusive: boolean): void {
    const { memory } = this;
    const { leafWords } = memory;
    const { users, revenues } = window;
    let place = this.#placeFrom(isInclusive ? Math.ceil(min) : Math.floor(min) + 1);
    let leaf = place >>> PLACE_SHIFT;
    let count = 0;
    while (leaf !== NONE && count < k) {
      const base = leaf << PLACE_SHIFT;
      const end = Math.min(base + leafWords[base + SIZE], place + k - count);
      for (; place < end; place++) {
        users[count] = leafWords[place + USERS];
        revenues[count++] = memory.revenueAt(place);
      }
      leaf = leafWords[base + NEXT];
      place = leaf << PLACE_SHIFT;
    }
    window.count = count;
  }

  /**
   * The k highest with a revenue below `max`, or at it when inclusive; of equals the last user
   * first.
   */
  highest(window: RevenueWindow, k: number, max: number, isInclusive: boolean): void {
    const { memory } = this;
    const { leafWords } = memory;
    const { users, revenues } = window;
    let place = this.#placeFrom(isInclusive ? Math.floor(max) + 1 : Math.ceil(max));
    let leaf = place >>> PLACE_SHIFT;
    let count = 0;
    for (;;) {
      const base = leaf << PLACE_SHIFT;
      while (place > base && count < k) {
        place--;
        users[count] = leafWords[place + USERS];
        revenues[count++] = memory.revenueAt(place);
      }
      leaf = leafWords[base + PREVIOUS];
      if (leaf === NONE || count === k) break;
      place = (leaf << PLACE_SHIFT) + memory.leafSize(leaf);
    }
    window.count = count;
  }

  /** How many users are before this one, in ascending order. */
  rankOf(user: number): number {
    return this.#countBelow(this.revenueOf(user), user);
  }

  /** How many users have a revenue from `min` to `max`, both included. */
  countBetween(min: number, max: number): number {
    if (min > max || max < 0) return 0;
    return (
      this.#countBelow(Math.floor(max) + 1, 0) - this.#countBelow(Math.max(0, Math.ceil(min)), 0)
    );
  }

  #countBelow(revenue: number, user: number): number {
    const { innerWords, height } = this.memory;
    let node = this.memory.root;
    let count = 0;
    for (let level = height; level > 0; level--) {
      const slot = childFor(this.memory, node, revenue, user);
      const base = node << INNER_WORD_SHIFT;
      for (let i = 0; i < slot; i++) count += innerWords[base + COUNTS + i];
      node = innerWords[base + CHILDREN + slot];
    }
    return count + placeIn(this.memory, node, revenue, user) - (node << PLACE_SHIFT);
  }

  /**
   * The place of the first entry at or above a revenue, or behind the last below it in its leaf.
   * Revenues are whole: so every question is one for such a place, and asks for no user's.
   */
  #placeFrom(revenue: number): number {
    const from = Math.max(0, revenue);
    return firstFrom(this.memory, this.#leafFrom(from), from);
  }

  #leafFrom(revenue: number): number {
    const hinted = this.#hints.find(revenue);
    if (hinted !== NONE) return hinted;
    const leaf = leafFor(this.memory, revenue, 0);
    this.#hints.note(revenue, leaf);
    return leaf;
  }
}
