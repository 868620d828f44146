import {
  CHUNK_BYTES,
  CHUNK_ENTRIES,
  type ChunkPool,
  NEXT,
  NONE,
  PREVIOUS,
  USED,
} from "./chunk-pool.ts";
import { HEAD, type Slots, TAIL, TAIL_USED } from "./slots.ts";

/** Marks an entry as deleted, in the spare top bit of its post's high half. */
export const DELETED_BIT = 0x8000_0000;
export const POST_HIGH_MASK = 0x7fff_ffff;

export const MIN_RING_ENTRIES = 8;
/** Three first pages: what is below them the recent index has too (docs/adr/0027-small-rings.md). */
export const DEFAULT_RING_ENTRIES = 64;

/**
 * Entries that a full ring drops at once: its oldest chunk, which costs the least, but no more than a
 * quarter, so that a ring of a few chunks stays nearly full, too.
 */
export function evictedTogether(maxEntries: number): number {
  return Math.min(CHUNK_ENTRIES, maxEntries >>> 2);
}

/** Bytes of a full ring whose posts come in order: its oldest and its newest chunk may be half empty. */
export function ringBytes(maxEntries: number): number {
  if (maxEntries <= CHUNK_ENTRIES) return CHUNK_BYTES;
  return (Math.ceil(maxEntries / CHUNK_ENTRIES) + 1) * CHUNK_BYTES;
}

/**
 * Bytes that a full ring takes in the mean, over the time from one eviction to the next: so much of its
 * newest chunk is empty as evictions leave on average of its entries, and of its oldest one as they cut.
 */
export function meanRingBytes(maxEntries: number): number {
  if (maxEntries <= CHUNK_ENTRIES) return CHUNK_BYTES;
  const cut = CHUNK_ENTRIES - evictedTogether(maxEntries);
  return ((maxEntries + cut) / CHUNK_ENTRIES) * CHUNK_BYTES;
}

/** What all rings share. */
export interface RingMemory {
  readonly slots: Slots;
  readonly chunks: ChunkPool;
  /** Entries of a ring at most. */
  readonly maxEntries: number;
  /** Entries that a full ring drops at once. */
  readonly evictedTogether: number;
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

/** An empty ring has no chunk and never a free place in its newest one. */
export function markEmpty(memory: RingMemory, slot: number): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  page[base + HEAD] = NONE;
  page[base + TAIL] = NONE;
  page[base + TAIL_USED] = CHUNK_ENTRIES;
}
