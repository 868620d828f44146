import { fetchLeaf } from "./tree/fetch.ts";
import { EXACT_BELOW } from "./tree/short-key.ts";
import {
  KEYS,
  NEXT,
  NONE,
  PLACE_SHIFT,
  PREVIOUS,
  SIZE,
  type TreeMemory,
} from "./tree/tree-memory.ts";

/** Users of one place of the table: a few places a leaf, so that most lie in one leaf. */
const USERS_PER_PLACE = 16;
const MIN_BITS = 4;
/** Leaves that are looked at behind or before the one that the table has. */
const MAX_STEPS = 3;
/** Neither NEXT nor PREVIOUS. */
const HERE = 0;

/**
 * In which leaf of an order a revenue was found last. A way down waits for memory twice, for the
 * last inner node and for the leaf, and takes thirty comparisons; this table, of four bytes for
 * sixteen users, is one look.
 *
 * It is never kept up to date, and need not be: a leaf with a revenue below the one that is sought
 * and one at or above it is the leaf, whoever named it. When it is not, a neighbour may be; else
 * the way down finds it.
 *
 * Revenues up to half the table's size have a place each. Of higher ones there are as many places
 * from each power of two to the next, whatever is dense there; beyond its end the table begins
 * again.
 */
export class LeafHints {
  readonly #memory: TreeMemory;
  readonly #leaves: Uint32Array;
  /** A revenue's so many highest bits say its place. */
  readonly #bits: number;
  /** Where `fill` goes on. */
  #filled = 0;

  constructor(memory: TreeMemory, maxUsers: number) {
    this.#memory = memory;
    const bits = Math.max(MIN_BITS, Math.round(Math.log2(maxUsers / USERS_PER_PLACE)));
    this.#leaves = new Uint32Array(2 ** bits);
    this.#bits = bits - 1;
  }

  get bytes(): number {
    return this.#leaves.byteLength;
  }

  /** All up to a revenue, from where the last call ended, are in a leaf. */
  fill(revenue: number, leaf: number): void {
    if (revenue >= EXACT_BELOW) return;
    const mask = this.#leaves.length - 1;
    const end = this.#placeOf(revenue);
    for (; this.#filled <= end; this.#filled++) this.#leaves[this.#filled & mask] = leaf;
  }

  /** A way down ended here. */
  note(revenue: number, leaf: number): void {
    if (revenue < EXACT_BELOW) this.#put(revenue, leaf);
  }

  /**
   * A leaf in which a revenue is, or before or behind which it would be; NONE: none is found so.
   */
  find(revenue: number): number {
    if (revenue >= EXACT_BELOW) return NONE;
    const { leafWords } = this.#memory;
    let leaf = this.#leaves[this.#placeOf(revenue) & (this.#leaves.length - 1)];
    let direction = HERE;
    for (let step = 0; step < MAX_STEPS && leaf !== NONE; step++) {
      fetchLeaf(this.#memory, leaf);
      const base = leaf << PLACE_SHIFT;
      const size = leafWords[base + SIZE];
      // It was given back.
      if (size === 0) return NONE;
      let next = HERE;
      if (leafWords[base + KEYS + size - 1] < revenue) next = NEXT;
      else if (leafWords[base + KEYS] >= revenue) next = PREVIOUS;
      if (next === HERE || (direction !== HERE && next !== direction)) {
        if (step > 0) this.#put(revenue, leaf);
        return leaf;
      }
      direction = next;
      leaf = leafWords[base + next];
    }
    return NONE;
  }

  #put(revenue: number, leaf: number): void {
    this.#leaves[this.#placeOf(revenue) & (this.#leaves.length - 1)] = leaf;
  }

  #placeOf(revenue: number): number {
    const dropped = Math.max(0, 32 - Math.clz32(revenue) - this.#bits);
    return (dropped << (this.#bits - 1)) + (revenue >>> dropped);
  }
}
