import { EXACT_BELOW, restOfKey, revenueOfKey, shortKeyOf } from "./short-key.ts";
import type { UserRecords } from "./user-records.ts";

/** No node. */
export const NONE = 0xffff_ffff;

/**
 * A leaf is a block of 256 bytes, so that one user costs one page of the address cache and four
 * lines: four words (its size, parent, next and previous leaf), then the users' ids and, in an
 * order, their short keys. The word of a user is at its place + USERS, that of its key at its place
 * + KEYS.
 */
export const SIZE = 0;
export const PARENT = 1;
export const NEXT = 2;
export const PREVIOUS = 3;
export const USERS = 4;
export const PLACE_SHIFT = 6;
export const SLOT_MASK = (1 << PLACE_SHIFT) - 1;
const LEAF_BYTES = 4 << PLACE_SHIFT;
const ORDER_LEAF_ENTRIES = 30;
const TOUR_LEAF_ENTRIES = 60;
export const KEYS = USERS + ORDER_LEAF_ENTRIES;
/**
 * Two neighbours hold so many on average at least: see `shrink.ts`; nothing is ever taken out of a
 * tour.
 */
const MIN_MEAN_IN_ORDER = 10;
const MIN_MEAN_IN_TOUR = 24;

/**
 * An inner node is a block of 512 bytes: two words (its size, its parent), and of each child what a
 * search looks at, its number, the entries below it, and two words or a double. In an order the
 * first is a short key, and the two are the rest of that key: together at or below all entries, and
 * above all of the child before it. In a tour the first is the lowest level (depth in the referral
 * tree) and the double the sum of what the users came with. No tree has both: its nodes would be
 * half as many again. So what is asked of a node stands in its first five lines, two of which a
 * search looks through.
 */
export const INNER_CHILDREN = 25;
export const INNER_WORD_SHIFT = 7;
const INNER_BYTES = 4 << INNER_WORD_SHIFT;
export const SHORT_KEYS = 2;
export const MIN_LEVELS = 2;
export const CHILDREN = 2 + INNER_CHILDREN;
export const COUNTS = CHILDREN + INNER_CHILDREN;
export const KEY_RESTS = COUNTS + INNER_CHILDREN;
export const KEY_USERS = KEY_RESTS + INNER_CHILDREN;
/** In doubles, of which an inner node is 64. */
export const INNER_DOUBLE_SHIFT = 6;
export const SUMS = 64 - INNER_CHILDREN;

/** Of a tree with 2^32 entries, were its nodes all as empty as they may be, and some. */
export const MAX_HEIGHT = 16;
const MIN_MEAN_CHILDREN = 7;
const SPARE_NODES = 64;

/**
 * The blocks of one counted B+ tree (Knuth TAOCP 6.2.3 on ranks) over typed arrays: a sequence of
 * users, of which it knows the number, and in a tour the sum, of any stretch. A user is in it once.
 * A place is leaf * 64 + slot, and holds until the next change.
 *
 * All blocks are there from the start: the system gives a page of memory when it is first written.
 * So memory grows with what is used, nothing is ever copied to grow, and the bound holds.
 */
export class TreeMemory {
  readonly records: UserRecords;
  /** A tree without keys, but with sums and levels. */
  readonly isTour: boolean;
  /** In a leaf, at most. */
  readonly maxEntries: number;
  readonly leafWords: Uint32Array;
  readonly innerWords: Uint32Array;
  readonly innerDoubles: Float64Array;
  /** A leaf when the height is 0. */
  root = 0;
  height = 0;
  firstLeaf = 0;
  lastLeaf = 0;
  count = 0;
  /** Means nothing: see `fetch.ts`. */
  fetched = 0;
  readonly #leaves: number;
  readonly #inner: number;
  #touchedLeaves = 1;
  #touchedInner = 0;
  #freeLeaf = NONE;
  #freeInner = NONE;

  constructor(maxUsers: number, records: UserRecords, kind: "order" | "tour") {
    const isTour = kind === "tour";
    this.records = records;
    this.isTour = isTour;
    this.maxEntries = isTour ? TOUR_LEAF_ENTRIES : ORDER_LEAF_ENTRIES;
    this.#leaves =
      Math.ceil(maxUsers / (isTour ? MIN_MEAN_IN_TOUR : MIN_MEAN_IN_ORDER)) + SPARE_NODES;
    this.#inner = Math.ceil((this.#leaves / MIN_MEAN_CHILDREN) * 1.2) + SPARE_NODES;
    this.leafWords = new Uint32Array((this.#leaves * LEAF_BYTES) / 4);
    const inner = new ArrayBuffer(this.#inner * INNER_BYTES);
    this.innerWords = new Uint32Array(inner);
    this.innerDoubles = new Float64Array(inner);
    this.#resetLeaf(0);
  }

  /** Bytes of the blocks that were ever used. */
  get bytes(): number {
    return this.#touchedLeaves * LEAF_BYTES + this.#touchedInner * INNER_BYTES;
  }

  takeLeaf(): number {
    let leaf = this.#freeLeaf;
    if (leaf !== NONE) this.#freeLeaf = this.leafWords[(leaf << PLACE_SHIFT) + PARENT];
    else {
      leaf = this.#touchedLeaves;
      if (leaf === this.#leaves) throw new RangeError("the tree has no more leaves");
      this.#touchedLeaves++;
    }
    this.#resetLeaf(leaf);
    return leaf;
  }

  takeInner(): number {
    let node = this.#freeInner;
    if (node !== NONE) this.#freeInner = this.innerWords[(node << INNER_WORD_SHIFT) + PARENT];
    else {
      node = this.#touchedInner;
      if (node === this.#inner) throw new RangeError("the tree has no more inner nodes");
      this.#touchedInner++;
    }
    this.innerWords[(node << INNER_WORD_SHIFT) + SIZE] = 0;
    this.innerWords[(node << INNER_WORD_SHIFT) + PARENT] = NONE;
    return node;
  }

  /** One that is empty. */
  giveBackLeaf(leaf: number): void {
    this.leafWords[(leaf << PLACE_SHIFT) + PARENT] = this.#freeLeaf;
    this.#freeLeaf = leaf;
  }

  giveBackInner(node: number): void {
    this.innerWords[(node << INNER_WORD_SHIFT) + PARENT] = this.#freeInner;
    this.#freeInner = node;
  }

  leafSize(leaf: number): number {
    return this.leafWords[(leaf << PLACE_SHIFT) + SIZE];
  }

  setLeafSize(leaf: number, size: number): void {
    this.leafWords[(leaf << PLACE_SHIFT) + SIZE] = size;
  }

  innerSize(node: number): number {
    return this.innerWords[(node << INNER_WORD_SHIFT) + SIZE];
  }

  childAt(node: number, slot: number): number {
    return this.innerWords[(node << INNER_WORD_SHIFT) + CHILDREN + slot];
  }

  /** The parent of a node at `level`: 0 for leaves, 1 for the nodes above them, and so on. */
  parentOf(level: number, node: number): number {
    if (level === 0) return this.leafWords[(node << PLACE_SHIFT) + PARENT];
    return this.innerWords[(node << INNER_WORD_SHIFT) + PARENT];
  }

  setParent(level: number, node: number, parent: number): void {
    if (level === 0) this.leafWords[(node << PLACE_SHIFT) + PARENT] = parent;
    else this.innerWords[(node << INNER_WORD_SHIFT) + PARENT] = parent;
  }

  /** Which of the parent's children a node is. */
  slotOf(parent: number, child: number): number {
    const words = this.innerWords;
    const first = (parent << INNER_WORD_SHIFT) + CHILDREN;
    let at = first;
    while (words[at] !== child) at++;
    return at - first;
  }

  /** What the user at a place of an order has. */
  revenueAt(place: number): number {
    const key = this.leafWords[place + KEYS];
    return key < EXACT_BELOW ? key : this.records.revenueOf(this.leafWords[place + USERS]);
  }

  /** The revenue of the key of a child. */
  keyRevenueAt(node: number, slot: number): number {
    const at = (node << INNER_WORD_SHIFT) + slot;
    return revenueOfKey(this.innerWords[at + SHORT_KEYS], this.innerWords[at + KEY_RESTS]);
  }

  keyUserAt(node: number, slot: number): number {
    return this.innerWords[(node << INNER_WORD_SHIFT) + KEY_USERS + slot];
  }

  setKey(node: number, slot: number, revenue: number, user: number): void {
    const at = (node << INNER_WORD_SHIFT) + slot;
    this.innerWords[at + SHORT_KEYS] = shortKeyOf(revenue);
    this.innerWords[at + KEY_RESTS] = restOfKey(revenue);
    this.innerWords[at + KEY_USERS] = user;
  }

  #resetLeaf(leaf: number): void {
    const base = leaf << PLACE_SHIFT;
    this.leafWords[base + SIZE] = 0;
    this.leafWords[base + PARENT] = NONE;
    this.leafWords[base + NEXT] = NONE;
    this.leafWords[base + PREVIOUS] = NONE;
  }
}
