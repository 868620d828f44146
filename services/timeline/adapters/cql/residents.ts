import {
  highHalf,
  joinHalves,
  lowHalf,
  postIdOfHalves,
  userIdOfHalves,
} from "../../domain/halves.ts";
import { CHUNK_BYTES } from "../../domain/rings/chunk-pool.ts";
import { DUPLICATE, INSERTED, MARKED } from "../../domain/rings/insert.ts";
import type { RingEntry } from "../../domain/rings/ring-memory.ts";
import { type RingLimits, Rings } from "../../domain/rings/rings.ts";
import { SLOT_BYTES } from "../../domain/rings/slots.ts";
import type { EntryListener, EntryWindow } from "../../ports.ts";

/** What the rows say about a viewer. */
export interface LoadedRows {
  /** Newest first. */
  readonly entries: readonly RingEntry[];
  /** All entries at or above it are there. */
  readonly from: bigint;
}

interface Load {
  readonly done: Promise<void>;
  /** What became durable while the rows are read: perhaps not among them. */
  readonly arrived: RingEntry[];
}

/** One ring's chunks at most, and what a growing ring may need before the next eviction. */
const HEADROOM = 2;

/**
 * The rings of viewers who read lately: a cache of rows, bounded in bytes. What was read longest ago
 * goes first, whole; a ring that is full drops its oldest entries. Rows lose nothing by either.
 */
export class Residents {
  readonly #rings: Rings;
  readonly #maxBytes: number;
  /** Slots, the one read longest ago first. */
  readonly #byUse = new Set<number>();
  readonly #loads = new Map<bigint, Load>();
  readonly #listeners = new Map<bigint, Set<EntryListener>>();

  /** @param limits maxSlabBytes bounds the cache */
  constructor({ maxRingEntries, maxSlabBytes }: RingLimits) {
    const ringBytes = HEADROOM * Math.ceil(maxRingEntries / 16) * CHUNK_BYTES;
    this.#rings = new Rings({ maxRingEntries, maxSlabBytes: maxSlabBytes + ringBytes });
    this.#maxBytes = maxSlabBytes;
  }

  get count(): number {
    return this.#byUse.size;
  }

  get entryCount(): number {
    return this.#rings.memory.entryCount;
  }

  get bytes(): number {
    return this.#rings.memory.chunks.usedCount * CHUNK_BYTES + this.#byUse.size * SLOT_BYTES;
  }

  /** An empty ring, all there is: of a viewer who has just become active. */
  begin(viewer: bigint): void {
    this.drop(viewer);
    this.#use(this.#rings.activate(lowHalf(viewer), highHalf(viewer)));
    this.#makeRoom();
  }

  drop(viewer: bigint): void {
    this.#loads.delete(viewer);
    const slot = this.#find(viewer);
    if (slot >= 0) this.#evict(slot);
  }

  /** The viewer is inactive from now on. */
  lapse(viewer: bigint): void {
    this.drop(viewer);
    for (const listener of this.#listeners.get(viewer) ?? []) listener.lapsed();
  }

  /** Reads the ring, unless it is here or on its way. Counts as use. */
  load(viewer: bigint, read: () => Promise<LoadedRows>): Promise<void> | undefined {
    const slot = this.#find(viewer);
    if (slot >= 0) {
      this.#use(slot);
      return undefined;
    }
    const known = this.#loads.get(viewer);
    if (known) return known.done;
    const arrived: RingEntry[] = [];
    const load: Load = { arrived, done: read().then((rows) => this.#loaded(viewer, load, rows)) };
    this.#loads.set(viewer, load);
    const forget = () => {
      if (this.#loads.get(viewer) === load) this.#loads.delete(viewer);
    };
    load.done.then(forget, forget);
    return load.done;
  }

  /** All entries at or above the floor are there; what is below goes. */
  raiseFloor(viewer: bigint, floor: bigint): void {
    const slot = this.#find(viewer);
    if (slot >= 0) this.#rings.complete(slot, lowHalf(floor), highHalf(floor));
  }

  /** Down to where `read` gives all there is; undefined when the ring is not here. */
  from(viewer: bigint): bigint | undefined {
    const slot = this.#find(viewer);
    if (slot < 0) return undefined;
    return joinHalves(this.#rings.floorHigh(slot), this.#rings.floorLow(slot));
  }

  /** Whether the entry is in the ring, and so durable, just as it would be written. */
  holds(low: number, high: number, entry: RingEntry): boolean {
    const slot = this.#rings.find(low, high);
    return slot >= 0 && this.#rings.outcomeOf(slot, entry) === DUPLICATE;
  }

  /**
   * Takes in an entry that has become durable. False when it was there before, as far as is known. One that was
   * `sent`, and came so late that the ring has no room for it, is on pages all the same, and so on live streams.
   */
  add(low: number, high: number, entry: RingEntry, isSent = false): boolean {
    const slot = this.#rings.find(low, high);
    const outcome = slot < 0 ? this.#addToLoad(low, high, entry) : this.#rings.insert(slot, entry);
    if (outcome === DUPLICATE || outcome === MARKED) return false;
    const isNews = outcome === INSERTED || isSent;
    if (isNews && !entry.deleted && this.#listeners.size > 0) {
      this.#tell(joinHalves(high, low), entry);
    }
    return true;
  }

  /** After entries were added. */
  trim(): void {
    this.#makeRoom();
  }

  read(viewer: bigint, before: bigint, window: EntryWindow): void {
    const slot = this.#find(viewer);
    if (slot < 0) window.count = 0;
    else this.#rings.read(slot, lowHalf(before), highHalf(before), window);
  }

  watch(viewer: bigint, listener: EntryListener): () => void {
    const listeners = this.#listeners.getOrInsertComputed(viewer, () => new Set());
    listeners.add(listener);
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#listeners.delete(viewer);
    };
  }

  /** Nobody knows what the rows hold: a watcher would rather hear of it twice. */
  #addToLoad(low: number, high: number, entry: RingEntry): number {
    if (this.#loads.size > 0) this.#loads.get(joinHalves(high, low))?.arrived.push(entry);
    return INSERTED;
  }

  #loaded(viewer: bigint, load: Load, { entries, from }: LoadedRows): void {
    // Lapsed or moved meanwhile: what was read is of a timeline that is no more.
    if (this.#loads.get(viewer) !== load) return;
    const slot = this.#rings.activate(lowHalf(viewer), highHalf(viewer));
    this.#rings.raiseFloor(slot, lowHalf(from), highHalf(from));
    for (let i = entries.length - 1; i >= 0; i--) this.#rings.insert(slot, entries[i]);
    for (const entry of load.arrived) this.#rings.insert(slot, entry);
    this.#use(slot);
    this.#makeRoom();
  }

  #tell(viewer: bigint, { postHigh, postLow, authorHigh, authorLow }: RingEntry): void {
    const post = postIdOfHalves(postHigh, postLow);
    const author = userIdOfHalves(authorHigh, authorLow);
    for (const listener of this.#listeners.get(viewer) ?? []) listener.entry(post, author);
  }

  #use(slot: number): void {
    this.#byUse.delete(slot);
    this.#byUse.add(slot);
  }

  #makeRoom(): void {
    for (const slot of this.#byUse) {
      if (this.bytes <= this.#maxBytes || this.#byUse.size === 1) return;
      this.#evict(slot);
    }
  }

  #evict(slot: number): void {
    this.#byUse.delete(slot);
    this.#rings.lapse(slot);
    this.#rings.endGroup();
  }

  #find(viewer: bigint): number {
    return this.#rings.find(lowHalf(viewer), highHalf(viewer));
  }
}
