/** Parts of the table. Each grows alone, so that no growth ever copies the whole table at once. */
const PARTS = 256;
const PART_SHIFT = 24;
/** A row: viewer low, viewer high, value + 1 (0: free), unused. Four rows share a cache line. */
const ROW_SHIFT = 2;
const FIRST_ROWS = 8;

/** Mixes all bits of an id: the top 8 choose a part, the low ones the first row that is tried. */
function hashOf(low: number, high: number): number {
  let h = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/**
 * From a 64-bit id to a small number: open addressing with linear probing over u32 halves, in 256
 * parts that are at most two thirds full. Deleting moves later rows back, so there are no tombstones.
 */
export class ViewerTable {
  readonly #parts: Uint32Array[] = [];
  readonly #used = new Uint32Array(PARTS);
  size = 0;

  constructor() {
    for (let i = 0; i < PARTS; i++) this.#parts.push(new Uint32Array(FIRST_ROWS << ROW_SHIFT));
  }

  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  /** The value of the id; -1 when it has none. */
  find(low: number, high: number): number {
    const hash = hashOf(low, high);
    const part = this.#parts[hash >>> PART_SHIFT];
    const mask = part.length - 1;
    let at = (hash << ROW_SHIFT) & mask;
    for (;;) {
      const value = part[at + 2];
      if (value === 0) return -1;
      if (part[at] === low && part[at + 1] === high) return value - 1;
      at = (at + (1 << ROW_SHIFT)) & mask;
    }
  }

  /** The values of `count` ids (pairs of halves, low first) into `out`; -1 where there is none. */
  findAll(ids: Uint32Array, count: number, out: Int32Array): void {
    for (let i = 0; i < count; i++) out[i] = this.find(ids[2 * i], ids[2 * i + 1]);
  }

  /** Adds an id that is not there. */
  add(low: number, high: number, value: number): void {
    const hash = hashOf(low, high);
    const index = hash >>> PART_SHIFT;
    const rows = this.#parts[index].length >>> ROW_SHIFT;
    if ((this.#used[index] + 1) * 3 > rows * 2) this.#grow(index);
    place(this.#parts[index], hash, low, high, value + 1);
    this.#used[index]++;
    this.size++;
  }

  /** Removes an id that is there. */
  remove(low: number, high: number): void {
    const hash = hashOf(low, high);
    const part = this.#parts[hash >>> PART_SHIFT];
    const mask = part.length - 1;
    let at = (hash << ROW_SHIFT) & mask;
    while (part[at] !== low || part[at + 1] !== high || part[at + 2] === 0) {
      at = (at + (1 << ROW_SHIFT)) & mask;
    }
    closeGap(part, at);
    this.#used[hash >>> PART_SHIFT]--;
    this.size--;
  }

  #grow(index: number): void {
    const old = this.#parts[index];
    const grown = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 1 << ROW_SHIFT) {
      if (old[at + 2] === 0) continue;
      place(grown, hashOf(old[at], old[at + 1]), old[at], old[at + 1], old[at + 2]);
    }
    this.#parts[index] = grown;
  }
}

function place(part: Uint32Array, hash: number, low: number, high: number, value: number): void {
  const mask = part.length - 1;
  let at = (hash << ROW_SHIFT) & mask;
  while (part[at + 2] !== 0) at = (at + (1 << ROW_SHIFT)) & mask;
  part[at] = low;
  part[at + 1] = high;
  part[at + 2] = value;
}

/** Knuth's deletion for linear probing (TAOCP 6.4, algorithm R): rows that may move back, do. */
function closeGap(part: Uint32Array, gap: number): void {
  const mask = part.length - 1;
  let at = gap;
  for (;;) {
    at = (at + (1 << ROW_SHIFT)) & mask;
    if (part[at + 2] === 0) break;
    const home = (hashOf(part[at], part[at + 1]) << ROW_SHIFT) & mask;
    if (((at - home) & mask) < ((at - gap) & mask)) continue;
    part.copyWithin(gap, at, at + 3);
    gap = at;
  }
  part[gap + 2] = 0;
}
