/** A node: post low, post high with the deleted bit, and the number of the author's next older node. */
const NODE_WORDS = 3;
export const POST_LOW = 0;
export const POST_HIGH = 1;
export const OLDER = 2;
export const HIGH_BITS = 0x7fff_ffff;

/** A slab begins with the highest post id in it, so that it can be dropped without looking at its nodes. */
const HEADER_WORDS = 2;
const DEFAULT_SLAB_SHIFT = 14;

export interface PostNodesOptions {
  /** Nodes of a slab, as a power of two. Tests make them small. */
  readonly slabShift?: number;
}

/**
 * The posts of the recent index as one deque of nodes, numbered through in 32 bits that wrap: new posts
 * go to the front, and while the past is read backwards, older ones go to the back. So numbers follow
 * ids nearly, and the oldest are dropped a slab at a time, without unlinking anything: a number that
 * is not between back and front is dead, and so is all that an author's chain has behind it, for it is
 * sorted. Where a chain ends, the last node names itself.
 *
 * A chain can name a number that is at most twice the capacity away, and no capacity is near 2^31, so
 * a dead number never comes to life again; heads of chains do not rest that long (see AuthorTable).
 */
export class PostNodes {
  readonly slabBytes: number;
  readonly #shift: number;
  readonly #mask: number;
  readonly #directory: (Uint32Array | undefined)[];
  readonly #directoryMask: number;
  #spare: Uint32Array | undefined;
  #slabCount = 0;
  #back = 0;
  #front = 0;

  /** @param maxBytes how much the caller will ever let it hold */
  constructor(maxBytes: number, { slabShift = DEFAULT_SLAB_SHIFT }: PostNodesOptions = {}) {
    this.#shift = slabShift;
    this.#mask = (1 << slabShift) - 1;
    this.slabBytes = 4 * (HEADER_WORDS + NODE_WORDS * (1 << slabShift));
    // Two more: back and front may both be in the middle of a slab.
    const slabs = Math.ceil(maxBytes / this.slabBytes) + 2;
    const directorySize = 2 ** Math.ceil(Math.log2(slabs));
    if (directorySize * 2 ** slabShift > 2 ** 30)
      throw new RangeError(`${maxBytes} bytes of nodes`);
    this.#directory = Array.from({ length: directorySize }, () => undefined);
    this.#directoryMask = directorySize - 1;
  }

  get count(): number {
    return (this.#front - this.#back) >>> 0;
  }

  /** Of the slabs in use; at most one more is kept for the next. */
  get bytes(): number {
    return this.#slabCount * this.slabBytes;
  }

  /** A number that is dead: the one below the oldest. */
  get deadNode(): number {
    return (this.#back - 1) >>> 0;
  }

  isAlive(node: number): boolean {
    return (node - this.#back) >>> 0 < this.count;
  }

  /** The slab of a node that is alive. */
  slabOf(node: number): Uint32Array {
    const slab = this.#directory[(node >>> this.#shift) & this.#directoryMask];
    if (slab === undefined) throw new Error(`node ${node} is dead`);
    return slab;
  }

  /** Where the node begins in its slab, in words. */
  baseOf(node: number): number {
    return HEADER_WORDS + NODE_WORDS * (node & this.#mask);
  }

  /** Whether one more node at this end needs one more slab. */
  needsSlab(end: "front" | "back"): boolean {
    return ((end === "front" ? this.#front : this.#back) & this.#mask) === 0;
  }

  /** Adds a node that ends a chain; gives its number. */
  add(end: "front" | "back", low: number, high: number): number {
    if (this.needsSlab(end)) this.#addSlab(end === "front" ? this.#front : this.#back - 1);
    if (end === "back") this.#back = (this.#back - 1) >>> 0;
    const node = end === "front" ? this.#front : this.#back;
    if (end === "front") this.#front = (this.#front + 1) >>> 0;
    const slab = this.slabOf(node);
    const base = this.baseOf(node);
    slab[base + POST_LOW] = low;
    slab[base + POST_HIGH] = high;
    slab[base + OLDER] = node;
    const bare = (high & HIGH_BITS) >>> 0;
    if (bare > slab[POST_HIGH] || (bare === slab[POST_HIGH] && low > slab[POST_LOW])) {
      slab[POST_LOW] = low;
      slab[POST_HIGH] = bare;
    }
    return node;
  }

  /** The highest post id in the oldest slab; undefined when there is no slab beside the newest. */
  highestOfOldest(): { readonly low: number; readonly high: number } | undefined {
    if (this.#slabCount < 2) return undefined;
    const slab = this.slabOf(this.#back);
    return { low: slab[POST_LOW], high: slab[POST_HIGH] };
  }

  /** Drops the oldest slab, which is not the only one. */
  dropOldest(): void {
    const index = (this.#back >>> this.#shift) & this.#directoryMask;
    this.#spare = this.#directory[index];
    this.#directory[index] = undefined;
    this.#slabCount--;
    this.#back = (((this.#back >>> this.#shift) + 1) << this.#shift) >>> 0;
  }

  #addSlab(node: number): void {
    const index = (node >>> this.#shift) & this.#directoryMask;
    if (this.#directory[index]) throw new Error("the directory of nodes is full");
    const slab = this.#spare ?? new Uint32Array(this.slabBytes / 4);
    this.#spare = undefined;
    slab[POST_LOW] = 0;
    slab[POST_HIGH] = 0;
    this.#directory[index] = slab;
    this.#slabCount++;
  }
}
