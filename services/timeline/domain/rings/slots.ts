import { invariant } from "../../../model/invariant.ts";
import { CHUNK_ENTRIES, NONE } from "./chunk-pool.ts";

/**
 * A slot describes one ring in 16 words: 64 bytes. The allocator puts arrays 16 bytes behind the
 * beginning of a cache line, so what an append touches is in the first 12 words: one line, not two.
 */
export const SLOT_SHIFT = 4;
export const SLOT_BYTES = 4 << SLOT_SHIFT;
export const PAGE_SHIFT = 16;
const PAGE_SLOTS = 1 << PAGE_SHIFT;
export const PAGE_MASK = PAGE_SLOTS - 1;

export const VIEWER_LOW = 0;
export const VIEWER_HIGH = 1;
/** FREE, FILLING or COMPLETE. */
export const STATE = 2;
export const FLAGS = 3;
export const COUNT = 4;
/** The oldest and the newest chunk; NONE when the ring is empty. */
export const HEAD = 5;
export const TAIL = 6;
/** Entries in the newest chunk. CHUNK_ENTRIES when there is none, so that it never looks free. */
export const TAIL_USED = 7;
/** A new id above this one goes to the end. At least floor - 1 and the newest entry. */
export const LAST_LOW = 8;
export const LAST_HIGH = 9;
/** The store's: which group of the log named this ring last. */
export const GROUP = 10;
export const CHUNKS = 11;
export const FLOOR_LOW = 12;
export const FLOOR_HIGH = 13;
/** The store's: which slice of the snapshot the ring came from, while the log is replayed. */
export const SLICE = 14;
/** When the ring was last read, by a count of reads. Of a free slot: the next free one. */
export const READ_AT = 15;
const NEXT_FREE = READ_AT;

export const FREE = 0;
export const FILLING = 1;
export const COMPLETE = 2;

/** Somebody watches: new entries are told. */
export const WATCHED = 1;
/** The floor was raised by an eviction that the log does not tell of (see `Rings.floorIsLogged`). */
export const FLOOR_UNLOGGED = 2;
/** Above the flags: the day of the last read, since 1970; 0: not known. Good for 179 years. */
export const READ_DAY_SHIFT = 16;
export const FLAGS_MASK = (1 << READ_DAY_SHIFT) - 1;

/**
 * The slots of all rings. A freed slot keeps its viewer and is used again only after the second
 * `retire()`: a group of the log that was checked before the viewer lapsed may still name it.
 */
export class Slots {
  readonly pages: Uint32Array[] = [];
  /** Slots ever used; all are below it. */
  length = 0;
  #firstFree = NONE;
  #freed: number[] = [];
  #resting: number[] = [];

  get bytes(): number {
    return this.pages.length * PAGE_SLOTS * SLOT_BYTES;
  }

  pageOf(slot: number): Uint32Array {
    return this.pages[slot >>> PAGE_SHIFT];
  }

  /** Where the slot begins in its page, in words. */
  baseOf(slot: number): number {
    return (slot & PAGE_MASK) << SLOT_SHIFT;
  }

  viewerLow(slot: number): number {
    return this.pageOf(slot)[this.baseOf(slot) + VIEWER_LOW];
  }

  viewerHigh(slot: number): number {
    return this.pageOf(slot)[this.baseOf(slot) + VIEWER_HIGH];
  }

  /** A slot for this viewer, filling and empty. */
  take(low: number, high: number): number {
    const slot = this.#takeFree();
    const page = this.pageOf(slot);
    const base = this.baseOf(slot);
    page.fill(0, base, base + (1 << SLOT_SHIFT));
    page[base + VIEWER_LOW] = low;
    page[base + VIEWER_HIGH] = high;
    page[base + STATE] = FILLING;
    page[base + HEAD] = NONE;
    page[base + TAIL] = NONE;
    page[base + TAIL_USED] = CHUNK_ENTRIES;
    return slot;
  }

  free(slot: number): void {
    invariant(this.pageOf(slot)[this.baseOf(slot) + STATE] !== FREE, "a slot is freed once");
    this.pageOf(slot)[this.baseOf(slot) + STATE] = FREE;
    this.#freed.push(slot);
  }

  /** Ends a group: what was freed before the last call can be used again. */
  retire(): void {
    if (this.#freed.length === 0 && this.#resting.length === 0) return;
    for (const slot of this.#resting) {
      this.pageOf(slot)[this.baseOf(slot) + NEXT_FREE] = this.#firstFree;
      this.#firstFree = slot;
    }
    this.#resting = this.#freed;
    this.#freed = [];
  }

  #takeFree(): number {
    const slot = this.#firstFree;
    if (slot === NONE) {
      if (this.length >>> PAGE_SHIFT === this.pages.length) {
        this.pages.push(new Uint32Array(PAGE_SLOTS << SLOT_SHIFT));
      }
      return this.length++;
    }
    this.#firstFree = this.pageOf(slot)[this.baseOf(slot) + NEXT_FREE];
    return slot;
  }
}
