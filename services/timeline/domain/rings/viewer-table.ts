import { invariant } from "../../../model/invariant.ts";
import { hashOfHalves } from "../halves.ts";
import { PAGE_MASK, PAGE_SHIFT, SLOT_SHIFT, type Slots, VIEWER_HIGH } from "./slots.ts";

/** Parts of the table. Each grows alone, so that no growth ever copies the whole table at once. */
const PARTS = 256;
const PART_SHIFT = 24;
/** A row: the low half of a viewer's id, and slot + 1 (0: free). The slot knows the high half. */
const ROW_SHIFT = 1;
const ROW_WORDS = 1 << ROW_SHIFT;
const FIRST_ROWS = 8;

/**
 * From a viewer's id to the slot that holds it: open addressing with linear probing, in 256 parts
 * that are at most two thirds full. Deleting moves later rows back, so there are no tombstones.
 */
export class ViewerTable {
  readonly #slots: Slots;
  readonly #parts: Uint32Array[] = [];
  readonly #used = new Uint32Array(PARTS);
  size = 0;
  /** Of no meaning: see `findAll`. */
  fetched = 0;

  constructor(slots: Slots) {
    this.#slots = slots;
    for (let i = 0; i < PARTS; i++) this.#parts.push(new Uint32Array(FIRST_ROWS * ROW_WORDS));
  }

  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  /** The slot of the viewer; -1 when there is none. */
  find(low: number, high: number): number {
    const { pages } = this.#slots;
    const hash = hashOfHalves(low, high);
    const part = this.#parts[hash >>> PART_SHIFT];
    const mask = part.length - 1;
    let at = (hash << ROW_SHIFT) & mask;
    for (;;) {
      const next = part[at + 1];
      if (next === 0) return -1;
      if (part[at] === low) {
        const slot = next - 1;
        const base = (slot & PAGE_MASK) << SLOT_SHIFT;
        if (pages[slot >>> PAGE_SHIFT][base + VIEWER_HIGH] === high) return slot;
      }
      at = (at + ROW_WORDS) & mask;
    }
  }

  /**
   * The slots of `count` viewers (pairs of halves, low first) into `out`; -1 where there is none.
   *
   * Rows and slots are nearly always out of the processor's caches. A branch on one that is still on
   * its way stalls everything behind it, so the first pass only asks for the rows, without a branch;
   * and the third compares what almost never differs. So many fetches are under way at once.
   */
  findAll(ids: Uint32Array, count: number, out: Int32Array): void {
    this.fetched = this.#fetchRows(ids, count, out);
    this.#findByLow(ids, count, out);
    this.#checkHigh(ids, count, out);
  }

  /** Leaves the hashes in `out`. The sum keeps the compiler from dropping the reads. */
  #fetchRows(ids: Uint32Array, count: number, out: Int32Array): number {
    const parts = this.#parts;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const hash = hashOfHalves(ids[2 * i], ids[2 * i + 1]);
      const part = parts[hash >>> PART_SHIFT];
      out[i] = hash;
      sum = (sum + part[(hash << ROW_SHIFT) & (part.length - 1)]) | 0;
    }
    return sum;
  }

  #findByLow(ids: Uint32Array, count: number, out: Int32Array): void {
    const parts = this.#parts;
    for (let i = 0; i < count; i++) {
      const hash = out[i];
      const low = ids[2 * i];
      const part = parts[hash >>> PART_SHIFT];
      const mask = part.length - 1;
      let at = (hash << ROW_SHIFT) & mask;
      while (part[at] !== low && part[at + 1] !== 0) at = (at + ROW_WORDS) & mask;
      out[i] = part[at + 1] - 1;
    }
  }

  #checkHigh(ids: Uint32Array, count: number, out: Int32Array): void {
    const { pages } = this.#slots;
    for (let i = 0; i < count; i++) {
      const slot = out[i];
      if (slot < 0) continue;
      const high = pages[slot >>> PAGE_SHIFT][((slot & PAGE_MASK) << SLOT_SHIFT) + VIEWER_HIGH];
      if (high !== ids[2 * i + 1]) out[i] = this.find(ids[2 * i], ids[2 * i + 1]);
    }
  }

  /** Adds a slot whose viewer is not there. */
  add(slot: number): void {
    const low = this.#slots.viewerLow(slot);
    const hash = hashOfHalves(low, this.#slots.viewerHigh(slot));
    const index = hash >>> PART_SHIFT;
    const rows = this.#parts[index].length >>> ROW_SHIFT;
    if ((this.#used[index] + 1) * 3 > rows * 2) this.#grow(index);
    place(this.#parts[index], hash, low, slot + 1);
    this.#used[index]++;
    this.size++;
  }

  /** Removes a slot that is there. */
  remove(slot: number): void {
    const hash = this.#hashOf(slot);
    const part = this.#parts[hash >>> PART_SHIFT];
    const mask = part.length - 1;
    let at = (hash << ROW_SHIFT) & mask;
    while (part[at + 1] !== slot + 1) {
      invariant(part[at + 1] !== 0, "a slot that is removed is in the table");
      at = (at + ROW_WORDS) & mask;
    }
    this.#closeGap(part, at);
    this.#used[hash >>> PART_SHIFT]--;
    this.size--;
  }

  #hashOf(slot: number): number {
    return hashOfHalves(this.#slots.viewerLow(slot), this.#slots.viewerHigh(slot));
  }

  #grow(index: number): void {
    const old = this.#parts[index];
    const grown = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += ROW_WORDS) {
      const value = old[at + 1];
      if (value !== 0) place(grown, this.#hashOf(value - 1), old[at], value);
    }
    this.#parts[index] = grown;
  }

  /** Knuth's deletion for linear probing (TAOCP 6.4, algorithm R): rows that may move back, do. */
  #closeGap(part: Uint32Array, first: number): void {
    const mask = part.length - 1;
    let gap = first;
    let at = first;
    for (;;) {
      at = (at + ROW_WORDS) & mask;
      if (part[at + 1] === 0) break;
      const home = (this.#hashOf(part[at + 1] - 1) << ROW_SHIFT) & mask;
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      part[gap] = part[at];
      part[gap + 1] = part[at + 1];
      gap = at;
    }
    part[gap + 1] = 0;
  }
}

function place(part: Uint32Array, hash: number, low: number, value: number): void {
  const mask = part.length - 1;
  let at = (hash << ROW_SHIFT) & mask;
  while (part[at + 1] !== 0) at = (at + ROW_WORDS) & mask;
  part[at] = low;
  part[at + 1] = value;
}
