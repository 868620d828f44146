import { hashOfHalves } from "../halves.ts";

/** Parts of the table. Each grows alone, so that no growth ever copies the whole table at once. */
export const PARTS = 256;
const PART_BITS = 24;
const PART_MASK = (1 << PART_BITS) - 1;
/**
 * A row: author low and high (both 0: free), the newest and the oldest node of the author's chain, and
 * the high half of the newest post's id, which spares most readers a look at the node.
 */
const ROW_WORDS = 5;
export const AUTHOR_LOW = 0;
export const AUTHOR_HIGH = 1;
export const NEWEST = 2;
export const OLDEST = 3;
export const NEWEST_HIGH = 4;
const FIRST_ROWS = 8;
/** Rows by linear probing: at most this full, and grown by so much, which keeps them at 0.6 to 0.75. */
const MAX_FULL = 0.75;
const GROWTH = 1.25;

/** The first row to try: the hash, scaled to a size that is no power of two (Lemire, 2016). */
function homeOf(hash: number, rows: number): number {
  return Math.floor(((hash & PART_MASK) * rows) / (PART_MASK + 1));
}

interface AuthorRange {
  readonly from: number;
  readonly count: number;
  readonly leastHigh: number;
  readonly none: number;
}

/**
 * From an author to their chain in the recent index: open addressing with linear probing, in 256 parts,
 * 27 to 33 bytes an author. An author whose newest post was dropped is swept out a part at a time.
 */
export class AuthorTable {
  readonly #parts: Uint32Array[] = [];
  readonly #used = new Uint32Array(PARTS);
  #size = 0;
  #bytes = 0;
  #nextSwept = 0;
  /** Of no meaning: see `newestOf`. */
  fetched = 0;

  constructor() {
    for (let i = 0; i < PARTS; i++) this.#parts.push(new Uint32Array(FIRST_ROWS * ROW_WORDS));
    this.#bytes = PARTS * FIRST_ROWS * ROW_WORDS * 4;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The part that has the author's row, if there is one. */
  partOf(low: number, high: number): Uint32Array {
    return this.#parts[hashOfHalves(low, high) >>> PART_BITS];
  }

  /** Where the author's row begins in its part, in words; -1 when there is none. */
  find(low: number, high: number): number {
    const hash = hashOfHalves(low, high);
    const part = this.#parts[hash >>> PART_BITS];
    const at = seek(part, hash, low, high);
    return part[at + AUTHOR_LOW] === 0 && part[at + AUTHOR_HIGH] === 0 ? -1 : at;
  }

  /** Adds a row for an author who has none; gives where it is in `partOf`. */
  add(low: number, high: number): number {
    const hash = hashOfHalves(low, high);
    const index = hash >>> PART_BITS;
    const rows = this.#parts[index].length / ROW_WORDS;
    if (this.#used[index] + 1 > rows * MAX_FULL) this.#grow(index);
    const part = this.#parts[index];
    const at = seek(part, hash, low, high);
    part[at + AUTHOR_LOW] = low;
    part[at + AUTHOR_HIGH] = high;
    this.#used[index]++;
    this.#size++;
    return at;
  }

  /**
   * The newest nodes of `count` authors (pairs of halves, low first) from pair `from` on, into `out`;
   * `none` where there is no such author, and where the newest post is surely below `leastHigh`.
   *
   * Rows are nearly always out of the processor's caches. The first pass only asks for them, without
   * a branch, so many fetches are under way at once. The sum keeps the compiler from dropping it.
   */
  newestOf(
    pairs: Uint32Array,
    { from, count, leastHigh, none }: AuthorRange,
    out: Uint32Array,
  ): void {
    const parts = this.#parts;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const hash = hashOfHalves(pairs[2 * (from + i)], pairs[2 * (from + i) + 1]);
      const part = parts[hash >>> PART_BITS];
      out[i] = hash;
      sum = (sum + part[homeOf(hash, part.length / ROW_WORDS) * ROW_WORDS]) | 0;
    }
    this.fetched = sum;
    for (let i = 0; i < count; i++) {
      const part = parts[out[i] >>> PART_BITS];
      const at = seek(part, out[i], pairs[2 * (from + i)], pairs[2 * (from + i) + 1]);
      const isThere = part[at + AUTHOR_LOW] !== 0 || part[at + AUTHOR_HIGH] !== 0;
      out[i] = isThere && part[at + NEWEST_HIGH] >= leastHigh ? part[at + NEWEST] : none;
    }
  }

  /** Removes, from the next part, the authors whose newest node is dead. Once round, none is left. */
  sweepNext(isDead: (node: number) => boolean): void {
    const index = this.#nextSwept;
    this.#nextSwept = (index + 1) % PARTS;
    const old = this.#parts[index];
    const kept: number[] = [];
    for (let at = 0; at < old.length; at += ROW_WORDS) {
      const isFree = old[at + AUTHOR_LOW] === 0 && old[at + AUTHOR_HIGH] === 0;
      if (!isFree && !isDead(old[at + NEWEST])) kept.push(at);
    }
    const gone = this.#used[index] - kept.length;
    if (gone === 0) return;
    const rows = Math.max(FIRST_ROWS, Math.ceil((kept.length / MAX_FULL) * Math.sqrt(GROWTH)));
    this.#replace(index, rows, kept);
    this.#size -= gone;
  }

  #grow(index: number): void {
    const old = this.#parts[index];
    const rows = Math.ceil((old.length / ROW_WORDS) * GROWTH);
    const kept: number[] = [];
    for (let at = 0; at < old.length; at += ROW_WORDS) {
      if (old[at + AUTHOR_LOW] !== 0 || old[at + AUTHOR_HIGH] !== 0) kept.push(at);
    }
    this.#replace(index, rows, kept);
  }

  #replace(index: number, rows: number, kept: readonly number[]): void {
    const old = this.#parts[index];
    const part = new Uint32Array(rows * ROW_WORDS);
    for (const from of kept) {
      const low = old[from + AUTHOR_LOW];
      const high = old[from + AUTHOR_HIGH];
      const at = seek(part, hashOfHalves(low, high), low, high);
      for (let word = 0; word < ROW_WORDS; word++) part[at + word] = old[from + word];
    }
    this.#bytes += part.byteLength - old.byteLength;
    this.#parts[index] = part;
    this.#used[index] = kept.length;
  }
}

/** The author's row, or the free one where it would be, in words. */
function seek(part: Uint32Array, hash: number, low: number, high: number): number {
  let at = homeOf(hash, part.length / ROW_WORDS) * ROW_WORDS;
  for (;;) {
    if (part[at + AUTHOR_LOW] === low && part[at + AUTHOR_HIGH] === high) return at;
    if (part[at + AUTHOR_LOW] === 0 && part[at + AUTHOR_HIGH] === 0) return at;
    at += ROW_WORDS;
    if (at === part.length) at = 0;
  }
}
