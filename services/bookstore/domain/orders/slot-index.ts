const PART_BITS = 8;
const PARTS = 1 << PART_BITS;
const FIRST_CAPACITY = 16;
/** One free place, which a search ends at; replaced before anything is put there. */
const EMPTY = new Uint32Array(1);

/** The 32-bit hash of the row at a slot, which the table behind the index keeps or can tell. */
export type HashOf = (slot: number) => number;

/**
 * From hashes to slots of a table: open addressing, in 256 parts that grow one at a time, so that no
 * call waits while millions of entries move. (A Map ends at 2^24 entries, and costs three times as much.)
 */
export class SlotIndex {
  readonly #hashOf: HashOf;
  readonly #parts: Uint32Array[];
  readonly #counts = new Uint32Array(PARTS);

  constructor(hashOf: HashOf) {
    this.#hashOf = hashOf;
    this.#parts = new Array<Uint32Array>(PARTS).fill(EMPTY);
  }

  /** The slot with this hash that `matches`; -1 when there is none. */
  find(hash: number, matches: (slot: number) => boolean): number {
    const part = this.#parts[hash & (PARTS - 1)];
    const mask = part.length - 1;
    for (let i = (hash >>> PART_BITS) & mask; part[i] !== 0; i = (i + 1) & mask) {
      const slot = part[i] - 1;
      if (this.#hashOf(slot) === hash && matches(slot)) return slot;
    }
    return -1;
  }

  add(hash: number, slot: number): void {
    const number = hash & (PARTS - 1);
    if ((this.#counts[number] + 1) * 2 > this.#parts[number].length) this.#grow(number);
    insert(this.#parts[number], hash, slot);
    this.#counts[number]++;
  }

  /** Puts `next` where `slot`, which is there and has the same hash, was. */
  replace(hash: number, slot: number, next: number): void {
    const part = this.#parts[hash & (PARTS - 1)];
    const mask = part.length - 1;
    let i = (hash >>> PART_BITS) & mask;
    while (part[i] !== slot + 1) i = (i + 1) & mask;
    part[i] = next + 1;
  }

  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  #grow(number: number): void {
    const old = this.#parts[number];
    const grown = new Uint32Array(Math.max(FIRST_CAPACITY, old.length * 2));
    for (const entry of old) if (entry !== 0) insert(grown, this.#hashOf(entry - 1), entry - 1);
    this.#parts[number] = grown;
  }
}

function insert(part: Uint32Array, hash: number, slot: number): void {
  const mask = part.length - 1;
  let i = (hash >>> PART_BITS) & mask;
  while (part[i] !== 0) i = (i + 1) & mask;
  part[i] = slot + 1;
}
