import {
  CHUNK_ENTRIES,
  type ChunkPool,
  entryAt,
  NEXT,
  NONE,
  PREVIOUS,
  USED,
} from "./chunk-pool.ts";
import { HEAD, type Slots, TAIL, TAIL_USED } from "./slots.ts";

/** Marks an entry as deleted, in the spare top bit of its post's high half. */
export const DELETED_BIT = 0x8000_0000;
export const POST_HIGH_MASK = 0x7fff_ffff;

/** What all rings share. */
export interface RingMemory {
  readonly slots: Slots;
  readonly chunks: ChunkPool;
  /** Entries of a ring at most. */
  readonly maxEntries: number;
  /** Entries of all rings. */
  entryCount: number;
}

/** One entry on its way into rings, in 32-bit halves. */
export interface RingEntry {
  readonly postLow: number;
  readonly postHigh: number;
  readonly authorLow: number;
  readonly authorHigh: number;
  readonly deleted: boolean;
}

/** Whether the id a is smaller than b; halves are low first everywhere in the rings. */
export function isBelow(lowA: number, highA: number, lowB: number, highB: number): boolean {
  return highA < highB || (highA === highB && lowA < lowB);
}

/** How many entries a chunk of this ring holds. */
export function usedOf(memory: RingMemory, slot: number, chunk: number): number {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  if (page[base + TAIL] === chunk) return page[base + TAIL_USED];
  return memory.chunks.slabOf(chunk)[memory.chunks.baseOf(chunk) + USED];
}

export function setUsed(memory: RingMemory, slot: number, chunk: number, used: number): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  if (page[base + TAIL] === chunk) page[base + TAIL_USED] = used;
  else memory.chunks.slabOf(chunk)[memory.chunks.baseOf(chunk) + USED] = used;
}

/** Links a fresh chunk into the ring behind `older` (NONE: as its oldest chunk). */
export function linkChunk(memory: RingMemory, slot: number, fresh: number, older: number): void {
  const { chunks, slots } = memory;
  const page = slots.pageOf(slot);
  const base = slots.baseOf(slot);
  const newer = older === NONE ? page[base + HEAD] : nextOf(memory, older);
  chunks.slabOf(fresh)[chunks.baseOf(fresh) + PREVIOUS] = older;
  chunks.slabOf(fresh)[chunks.baseOf(fresh) + NEXT] = newer;
  if (older === NONE) page[base + HEAD] = fresh;
  else chunks.slabOf(older)[chunks.baseOf(older) + NEXT] = fresh;
  if (newer !== NONE) {
    chunks.slabOf(newer)[chunks.baseOf(newer) + PREVIOUS] = fresh;
    return;
  }
  if (older !== NONE) chunks.slabOf(older)[chunks.baseOf(older) + USED] = page[base + TAIL_USED];
  page[base + TAIL] = fresh;
  page[base + TAIL_USED] = 0;
}

export function nextOf(memory: RingMemory, chunk: number): number {
  return memory.chunks.slabOf(chunk)[memory.chunks.baseOf(chunk) + NEXT];
}

export function previousOf(memory: RingMemory, chunk: number): number {
  return memory.chunks.slabOf(chunk)[memory.chunks.baseOf(chunk) + PREVIOUS];
}

/** A chunk of a ring, and an index in it. */
export interface RingPlace {
  chunk: number;
  index: number;
}

/**
 * Finds the first entry at or above the id, or the place where it would stand: in the newest chunk
 * that begins below it, perhaps behind its last entry; in the oldest chunk when none does.
 * `place.chunk` is NONE in an empty ring.
 */
export function seek(
  memory: RingMemory,
  slot: number,
  low: number,
  high: number,
  place: RingPlace,
): void {
  const { chunks, slots } = memory;
  let chunk = slots.pageOf(slot)[slots.baseOf(slot) + TAIL];
  place.chunk = chunk;
  place.index = 0;
  if (chunk === NONE) return;
  for (;;) {
    const slab = chunks.slabOf(chunk);
    const base = chunks.baseOf(chunk);
    const first = entryAt(base, 0);
    const older = slab[base + PREVIOUS];
    const beginsAbove = isBelow(low, high, slab[first], slab[first + 1] & POST_HIGH_MASK);
    if (older === NONE || !beginsAbove) break;
    chunk = older;
  }
  place.chunk = chunk;
  place.index = lowerBound(memory, chunk, usedOf(memory, slot, chunk), low, high);
}

/** How many of the chunk's `used` entries are below the id. */
export function lowerBound(
  memory: RingMemory,
  chunk: number,
  used: number,
  low: number,
  high: number,
): number {
  const slab = memory.chunks.slabOf(chunk);
  const base = memory.chunks.baseOf(chunk);
  let from = 0;
  let to = used;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const at = entryAt(base, middle);
    if (isBelow(slab[at], slab[at + 1] & POST_HIGH_MASK, low, high)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Whether the entry at this place is of that post. */
export function holds(
  memory: RingMemory,
  slot: number,
  place: RingPlace,
  low: number,
  high: number,
): boolean {
  if (place.chunk === NONE || place.index >= usedOf(memory, slot, place.chunk)) return false;
  const slab = memory.chunks.slabOf(place.chunk);
  const at = entryAt(memory.chunks.baseOf(place.chunk), place.index);
  return slab[at] === low && (slab[at + 1] & POST_HIGH_MASK) === high;
}

/** An empty ring has no chunk and never a free place in its newest one. */
export function markEmpty(memory: RingMemory, slot: number): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  page[base + HEAD] = NONE;
  page[base + TAIL] = NONE;
  page[base + TAIL_USED] = CHUNK_ENTRIES;
}
