import { childFor, isSurelyChildFor, placeIn } from "./order-search.ts";
import { makeRoom } from "./tree/grow.ts";
import { closeGap, openGap } from "./tree/move-entries.ts";
import { shortKeyOf } from "./tree/short-key.ts";
import { mergeIfSmall } from "./tree/shrink.ts";
import { countAbove } from "./tree/summary.ts";
import {
  CHILDREN,
  COUNTS,
  INNER_WORD_SHIFT,
  KEYS,
  MAX_HEIGHT,
  PLACE_SHIFT,
  SIZE,
  SLOT_MASK,
  type TreeMemory,
  USERS,
} from "./tree/tree-memory.ts";

/** Of a child. */
export const NO_GUESS = -1;

/**
 * Changes entries of an order. It stays on the way down to the last of them, as far as the last
 * inner node, and goes up only as far as it must for the next.
 */
export class OrderCursor {
  readonly #memory: TreeMemory;
  /**
   * How far down the way is known: at this depth the node is, at those above also which child was
   * taken.
   */
  #depth = 0;
  readonly #nodes = new Uint32Array(MAX_HEIGHT);
  /** Where the nodes' counts are, each in the one above. */
  readonly #counts = new Uint32Array(MAX_HEIGHT);
  /** By depth: all of the node is at or above the low key, and below the high one. */
  readonly #lows = new Float64Array(MAX_HEIGHT).fill(-1);
  readonly #lowUsers = new Uint32Array(MAX_HEIGHT);
  readonly #highs = new Float64Array(MAX_HEIGHT).fill(Infinity);
  readonly #highUsers = new Uint32Array(MAX_HEIGHT);

  constructor(memory: TreeMemory) {
    this.#memory = memory;
  }

  /** `guess`: which child of the last inner node is the leaf, most likely; `NO_GUESS`. */
  insert(revenue: number, user: number, guess: number): void {
    const memory = this.#memory;
    const leaf = this.#leafFor(revenue, user, guess);
    const place = placeIn(memory, leaf, revenue, user);
    if (memory.leafSize(leaf) === memory.maxEntries) this.#insertInFull(place, revenue, user);
    else {
      this.#count(1);
      this.#write(place, revenue, user);
    }
  }

  /** Takes out an entry that is there. */
  remove(revenue: number, user: number, guess: number): void {
    const memory = this.#memory;
    const leaf = this.#leafFor(revenue, user, guess);
    const place = placeIn(memory, leaf, revenue, user);
    if (memory.leafWords[place + USERS] !== user) {
      throw new Error("the order does not hold a user where its revenue says");
    }
    this.#count(-1);
    closeGap(memory, place);
    if (mergeIfSmall(memory, leaf)) this.#depth = 0;
  }

  /** The tree was, or may be, changed by others. */
  reset(): void {
    this.#depth = 0;
  }

  #insertInFull(full: number, revenue: number, user: number): void {
    const memory = this.#memory;
    const place = makeRoom(memory, full >>> PLACE_SHIFT, full & SLOT_MASK);
    const leaf = place >>> PLACE_SHIFT;
    const parent = memory.parentOf(0, leaf);
    // A leaf that begins empty has no key yet; it is never the first below its parent.
    if (memory.leafSize(leaf) === 0) {
      memory.setKey(parent, memory.slotOf(parent, leaf), revenue, user);
    }
    this.#write(place, revenue, user);
    countAbove(memory, leaf);
    this.#depth = 0;
  }

  #write(place: number, revenue: number, user: number): void {
    const { leafWords } = this.#memory;
    openGap(this.#memory, place);
    leafWords[place + USERS] = user;
    leafWords[place + KEYS] = shortKeyOf(revenue);
  }

  /** Adds to the counts on the way to the leaf. */
  #count(change: 1 | -1): void {
    const { innerWords, height } = this.#memory;
    for (let depth = 1; depth <= height; depth++) innerWords[this.#counts[depth]] += change;
    this.#memory.count += change;
  }

  /**
   * The last inner node on the way to (revenue, user), or the leaf, where there is no such node.
   */
  twigFor(revenue: number, user: number): number {
    const wanted = Math.max(0, this.#memory.height - 1);
    let depth = Math.min(this.#depth, wanted);
    while (depth > 0 && !this.#isWithin(depth, revenue, user)) depth--;
    if (depth === 0) this.#nodes[0] = this.#memory.root;
    for (; depth < wanted; depth++) this.#goDown(depth, revenue, user);
    this.#depth = wanted;
    return this.#nodes[wanted];
  }

  #leafFor(revenue: number, user: number, guess: number): number {
    const memory = this.#memory;
    const twig = this.twigFor(revenue, user);
    if (memory.height === 0) return twig;
    const isRight = isSurelyChildFor(memory, twig, guess, revenue);
    const slot = isRight ? guess : childFor(memory, twig, revenue, user);
    this.#counts[memory.height] = (twig << INNER_WORD_SHIFT) + COUNTS + slot;
    return memory.childAt(twig, slot);
  }

  #isWithin(depth: number, revenue: number, user: number): boolean {
    const low = this.#lows[depth];
    const high = this.#highs[depth];
    const isAbove = low < revenue || (low === revenue && this.#lowUsers[depth] <= user);
    return isAbove && (revenue < high || (revenue === high && user < this.#highUsers[depth]));
  }

  #goDown(depth: number, revenue: number, user: number): void {
    const memory = this.#memory;
    const { innerWords } = memory;
    const node = this.#nodes[depth];
    const slot = childFor(memory, node, revenue, user);
    const base = node << INNER_WORD_SHIFT;
    const below = depth + 1;
    this.#nodes[below] = innerWords[base + CHILDREN + slot];
    this.#counts[below] = base + COUNTS + slot;
    const isFirst = slot === 0;
    this.#lows[below] = isFirst ? this.#lows[depth] : memory.keyRevenueAt(node, slot);
    this.#lowUsers[below] = isFirst ? this.#lowUsers[depth] : memory.keyUserAt(node, slot);
    const next = slot + 1;
    const isLast = next === innerWords[base + SIZE];
    this.#highs[below] = isLast ? this.#highs[depth] : memory.keyRevenueAt(node, next);
    this.#highUsers[below] = isLast ? this.#highUsers[depth] : memory.keyUserAt(node, next);
  }
}
