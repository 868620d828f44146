const PART_BITS = 8;
const PARTS = 1 << PART_BITS;
const FIRST_ENTRIES = 16;
/** Two numbers an entry: a slot + 1, 0 for none, and the hash, so that others' rows are never looked at. */
const WIDTH = 2;
/** One free entry, which a search ends at; replaced before anything is put there. */
const EMPTY = new Uint32Array(WIDTH);

/**
 * From 32-bit hashes to slots of a table: open addressing, in 256 parts that grow one at a time, so that no
 * call waits while millions of entries move. (A Map ends at 2^24 entries, and costs three times as much.)
 */
export class SlotIndex {
  readonly #parts: Uint32Array[] = new Array<Uint32Array>(PARTS).fill(EMPTY);
  readonly #counts = new Uint32Array(PARTS);

  /** The slot with this hash that `matches`; -1 when there is none. */
  find(hash: number, matches: (slot: number) => boolean): number {
    const part = this.#parts[hash & (PARTS - 1)];
    const mask = part.length - 1;
    let i = firstOf(hash, mask);
    for (let entry = part[i]; entry !== 0; entry = part[i]) {
      if (part[i + 1] === hash && matches(entry - 1)) return entry - 1;
      i = (i + WIDTH) & mask;
    }
    return -1;
  }

  add(hash: number, slot: number): void {
    const number = hash & (PARTS - 1);
    if ((this.#counts[number] + 1) * WIDTH * 2 > this.#parts[number].length) this.#grow(number);
    insert(this.#parts[number], hash, slot + 1);
    this.#counts[number]++;
  }

  /** Puts `next` where `slot`, which is there and has the same hash, was. */
  replace(hash: number, slot: number, next: number): void {
    const part = this.#parts[hash & (PARTS - 1)];
    const mask = part.length - 1;
    let i = firstOf(hash, mask);
    while (part[i] !== slot + 1) i = (i + WIDTH) & mask;
    part[i] = next + 1;
  }

  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  #grow(number: number): void {
    const old = this.#parts[number];
    const grown = new Uint32Array(Math.max(FIRST_ENTRIES * WIDTH, old.length * 2));
    for (let i = 0; i < old.length; i += WIDTH) {
      if (old[i] !== 0) insert(grown, old[i + 1], old[i]);
    }
    this.#parts[number] = grown;
  }
}

/** Where the search for a hash begins; `mask` is the part's length - 1. */
function firstOf(hash: number, mask: number): number {
  return ((hash >>> PART_BITS) * WIDTH) & mask;
}

function insert(part: Uint32Array, hash: number, entry: number): void {
  const mask = part.length - 1;
  let i = firstOf(hash, mask);
  while (part[i] !== 0) i = (i + WIDTH) & mask;
  part[i] = entry;
  part[i + 1] = hash;
}
