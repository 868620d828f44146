import type { EntryWindow } from "../../ports.ts";
import { type AppendTally, appendAll, type WatchedListener } from "./append-all.ts";
import { ChunkPool } from "./chunk-pool.ts";
import { classify, outcomeOf, type UnsyncedGroups, type Verdicts } from "./classify.ts";
import { compact } from "./compact.ts";
import { raiseFloor } from "./floor.ts";
import { insert } from "./insert.ts";
import { readBelow } from "./read.ts";
import {
  evictedTogether,
  MIN_RING_ENTRIES,
  markEmpty,
  type RingEntry,
  type RingMemory,
} from "./ring-memory.ts";
import {
  CHUNKS,
  COMPLETE,
  COUNT,
  FILLING,
  FLAGS,
  FLOOR_HIGH,
  FLOOR_LOW,
  FLOOR_UNLOGGED,
  FREE,
  GROUP,
  HEAD,
  READ_AT,
  SLICE,
  Slots,
  STATE,
  TAIL,
  WATCHED,
} from "./slots.ts";
import { ViewerTable } from "./viewer-table.ts";

export interface RingLimits {
  /** Entries of a ring at most; at least MIN_RING_ENTRIES. */
  readonly maxRingEntries: number;
  /** Bytes of all chunks together at most. */
  readonly maxSlabBytes: number;
}

/** The rings of many viewers: typed arrays only, no object a ring or entry. Slots name rings. */
export class Rings {
  readonly memory: RingMemory;
  readonly table: ViewerTable;
  /** Reads until now: a clock for whom to let go. */
  #reads = 0;

  /** @throws RangeError when a limit is too small */
  constructor(limits: RingLimits) {
    const { maxRingEntries, maxSlabBytes } = limits;
    if (!(maxRingEntries >= MIN_RING_ENTRIES)) {
      throw new RangeError(
        `maxRingEntries is ${maxRingEntries}, at least ${MIN_RING_ENTRIES}: raise it`,
      );
    }
    this.memory = {
      slots: new Slots(),
      chunks: new ChunkPool(maxSlabBytes),
      maxEntries: maxRingEntries,
      evictedTogether: evictedTogether(maxRingEntries),
      entryCount: 0,
    };
    this.table = new ViewerTable(this.memory.slots);
  }

  /** The slot of an active viewer, else -1. */
  find(low: number, high: number): number {
    return this.table.find(low, high);
  }

  /** An inactive viewer's ring begins, filling; an active one's stays as it is. */
  activate(low: number, high: number): number {
    const known = this.table.find(low, high);
    if (known >= 0) return known;
    const slot = this.memory.slots.take(low, high);
    this.table.add(slot);
    this.#noteRead(slot);
    return slot;
  }

  /** The ring ends: its entries go, the viewer is inactive. */
  lapse(slot: number): void {
    const { slots, chunks } = this.memory;
    const page = slots.pageOf(slot);
    const base = slots.baseOf(slot);
    this.table.remove(slot);
    if (page[base + CHUNKS] > 0) {
      chunks.giveBack(page[base + HEAD], page[base + TAIL], page[base + CHUNKS]);
      this.memory.entryCount -= page[base + COUNT];
      page[base + CHUNKS] = 0;
      page[base + COUNT] = 0;
      markEmpty(this.memory, slot);
    }
    slots.free(slot);
  }

  /** All entries at or above the floor are there; what is below goes. Evictions may have lifted it. */
  complete(slot: number, low: number, high: number): void {
    const { slots } = this.memory;
    slots.pageOf(slot)[slots.baseOf(slot) + STATE] = COMPLETE;
    raiseFloor(this.memory, slot, low, high);
    compact(this.memory, slot);
  }

  raiseFloor(slot: number, low: number, high: number): void {
    raiseFloor(this.memory, slot, low, high);
  }

  insert(slot: number, entry: RingEntry): number {
    return insert(this.memory, slot, entry);
  }

  outcomeOf(slot: number, entry: RingEntry): number {
    return outcomeOf(this.memory, slot, entry);
  }

  appendAll(
    slots: Int32Array,
    from: number,
    to: number,
    entry: RingEntry,
    tally: AppendTally,
    listener: WatchedListener,
  ): void {
    appendAll(this.memory, this.table, slots, from, to, entry, tally, listener);
  }

  classify(
    slots: Int32Array,
    count: number,
    entry: RingEntry,
    pendingGroup: number,
    unsynced: UnsyncedGroups | undefined,
    verdicts: Verdicts,
  ): void {
    classify(this.memory, slots, count, entry, pendingGroup, unsynced, verdicts);
  }

  read(slot: number, low: number, high: number, window: EntryWindow): void {
    readBelow(this.memory, slot, low, high, window);
    this.#noteRead(slot);
  }

  /** Ends a group of the log: slots freed before the last call can be used again. */
  endGroup(): void {
    this.memory.slots.retire();
  }

  /** Every slot that has a ring; none may be added or freed meanwhile. */
  forEachSlot(tell: (slot: number) => void): void {
    for (let slot = 0; slot < this.memory.slots.length; slot++) if (!this.isFree(slot)) tell(slot);
  }

  isFree(slot: number): boolean {
    return this.#word(slot, STATE) === FREE;
  }

  isFilling(slot: number): boolean {
    return this.#word(slot, STATE) === FILLING;
  }

  countOf(slot: number): number {
    return this.#word(slot, COUNT);
  }

  viewerLow(slot: number): number {
    return this.memory.slots.viewerLow(slot);
  }

  viewerHigh(slot: number): number {
    return this.memory.slots.viewerHigh(slot);
  }

  floorLow(slot: number): number {
    return this.#word(slot, FLOOR_LOW);
  }

  floorHigh(slot: number): number {
    return this.#word(slot, FLOOR_HIGH);
  }

  groupOf(slot: number): number {
    return this.#word(slot, GROUP);
  }

  setGroup(slot: number, group: number): void {
    this.#setWord(slot, GROUP, group);
  }

  sliceOf(slot: number): number {
    return this.#word(slot, SLICE);
  }

  setSlice(slot: number, slice: number): void {
    this.#setWord(slot, SLICE, slice);
  }

  setWatched(slot: number, watched: boolean): void {
    const flags = this.#word(slot, FLAGS) & ~WATCHED;
    this.#setWord(slot, FLAGS, watched ? flags | WATCHED : flags);
  }

  isWatched(slot: number): boolean {
    return (this.#word(slot, FLAGS) & WATCHED) !== 0;
  }

  /**
   * Whether the log tells of the floor, or of a later one. Evictions happen when the log is applied,
   * and a replay may evict less (another bound, other chunks). So before something is dropped for
   * being below a floor, the floor is logged: else that entry could be missing above it later.
   */
  floorIsLogged(slot: number): boolean {
    return (this.#word(slot, FLAGS) & FLOOR_UNLOGGED) === 0;
  }

  setFloorLogged(slot: number): void {
    this.#setWord(slot, FLAGS, this.#word(slot, FLAGS) & ~FLOOR_UNLOGGED);
  }

  #noteRead(slot: number): void {
    // Once in 2^32 reads all begin anew: for a while those who read since are the newest, rightly.
    if (this.#reads === 0xffff_ffff) {
      this.#reads = 0;
      this.forEachSlot((other) => this.#setWord(other, READ_AT, 0));
    }
    this.#setWord(slot, READ_AT, ++this.#reads);
  }

  #word(slot: number, word: number): number {
    return this.memory.slots.pageOf(slot)[this.memory.slots.baseOf(slot) + word];
  }

  #setWord(slot: number, word: number, value: number): void {
    this.memory.slots.pageOf(slot)[this.memory.slots.baseOf(slot) + word] = value;
  }
}
