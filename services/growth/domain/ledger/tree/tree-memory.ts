/** No node. */
export const NONE = 0xffff_ffff;

/**
 * A leaf is a block of 512 bytes, so that one user costs one page of the address cache and few lines:
 * four words (its size, parent, next and previous leaf), the users' ids, the values.
 */
export const LEAF_ENTRIES = 41;
export const LEAF_WORD_SHIFT = 7;
const LEAF_BYTES = 4 << LEAF_WORD_SHIFT;
export const SIZE = 0;
export const PARENT = 1;
export const NEXT = 2;
export const PREVIOUS = 3;
export const USERS = 4;
/** In doubles, of which a leaf is 64. */
export const VALUES = 23;
export const PLACE_SHIFT = 6;
export const SLOT_MASK = (1 << PLACE_SHIFT) - 1;

/**
 * An inner node is a block of 1,024 bytes: two words (its size, its parent), and of each child its
 * number, the entries below it, their sum, their lowest level (depth in the referral tree), and a key
 * that is at or below all of them, and above all of the child before it.
 */
export const INNER_CHILDREN = 31;
export const INNER_WORD_SHIFT = 8;
const INNER_BYTES = 4 << INNER_WORD_SHIFT;
export const CHILDREN = 2;
export const COUNTS = CHILDREN + INNER_CHILDREN;
export const MIN_LEVELS = COUNTS + INNER_CHILDREN;
export const KEY_USERS = MIN_LEVELS + INNER_CHILDREN;
/** In doubles, of which an inner node is 128. */
export const INNER_DOUBLE_SHIFT = 7;
export const SUMS = 64;
export const KEY_VALUES = SUMS + INNER_CHILDREN;

/** Two neighbours hold so many on average at least: see `shrink.ts`. */
const MIN_MEAN_ENTRIES = 15;
const MIN_MEAN_CHILDREN = 8;
const SPARE_NODES = 64;

/** Where the tree keeps which leaf holds a user: words[user * stride + column]. */
export interface UserColumn {
  readonly words: Uint32Array;
  readonly stride: number;
  readonly column: number;
}

/**
 * The blocks of one counted B+ tree. An entry is a user with a number; a user is in a tree once.
 *
 * All blocks are there from the start: the system gives a page of memory when it is first written. So
 * memory grows with what is used, nothing is ever copied to grow, and the bound holds.
 */
export class TreeMemory {
  readonly leafOf: UserColumn;
  readonly leafWords: Uint32Array;
  readonly leafDoubles: Float64Array;
  readonly innerWords: Uint32Array;
  readonly innerDoubles: Float64Array;
  /** A leaf when the height is 0. */
  root = 0;
  height = 0;
  firstLeaf = 0;
  lastLeaf = 0;
  count = 0;
  sum = 0;
  readonly #leaves: number;
  readonly #inner: number;
  #touchedLeaves = 1;
  #touchedInner = 0;
  #freeLeaf = NONE;
  #freeInner = NONE;

  constructor(maxUsers: number, leafOf: UserColumn) {
    this.#leaves = Math.ceil(maxUsers / MIN_MEAN_ENTRIES) + SPARE_NODES;
    this.#inner = Math.ceil((this.#leaves / MIN_MEAN_CHILDREN) * 1.2) + SPARE_NODES;
    const leaves = new ArrayBuffer(this.#leaves * LEAF_BYTES);
    const inner = new ArrayBuffer(this.#inner * INNER_BYTES);
    this.leafOf = leafOf;
    this.leafWords = new Uint32Array(leaves);
    this.leafDoubles = new Float64Array(leaves);
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
    if (leaf !== NONE) this.#freeLeaf = this.leafWords[(leaf << LEAF_WORD_SHIFT) + PARENT];
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

  giveBackLeaf(leaf: number): void {
    this.leafWords[(leaf << LEAF_WORD_SHIFT) + PARENT] = this.#freeLeaf;
    this.#freeLeaf = leaf;
  }

  giveBackInner(node: number): void {
    this.innerWords[(node << INNER_WORD_SHIFT) + PARENT] = this.#freeInner;
    this.#freeInner = node;
  }

  leafSize(leaf: number): number {
    return this.leafWords[(leaf << LEAF_WORD_SHIFT) + SIZE];
  }

  innerSize(node: number): number {
    return this.innerWords[(node << INNER_WORD_SHIFT) + SIZE];
  }

  childAt(node: number, slot: number): number {
    return this.innerWords[(node << INNER_WORD_SHIFT) + CHILDREN + slot];
  }

  /** The parent of a node at `level`: 0 for leaves, 1 for the nodes above them, and so on. */
  parentOf(level: number, node: number): number {
    if (level === 0) return this.leafWords[(node << LEAF_WORD_SHIFT) + PARENT];
    return this.innerWords[(node << INNER_WORD_SHIFT) + PARENT];
  }

  setParent(level: number, node: number, parent: number): void {
    if (level === 0) this.leafWords[(node << LEAF_WORD_SHIFT) + PARENT] = parent;
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

  setKey(node: number, slot: number, value: number, user: number): void {
    this.innerDoubles[(node << INNER_DOUBLE_SHIFT) + KEY_VALUES + slot] = value;
    this.innerWords[(node << INNER_WORD_SHIFT) + KEY_USERS + slot] = user;
  }

  #resetLeaf(leaf: number): void {
    const base = leaf << LEAF_WORD_SHIFT;
    this.leafWords[base + SIZE] = 0;
    this.leafWords[base + PARENT] = NONE;
    this.leafWords[base + NEXT] = NONE;
    this.leafWords[base + PREVIOUS] = NONE;
  }
}
