import { CHUNK_ENTRIES, ENTRY_WORDS, entryAt, NONE } from "./chunk-pool.ts";
import { evictOldestChunk, evictTo } from "./floor.ts";
import {
  DELETED_BIT,
  holds,
  isBelow,
  linkChunk,
  previousOf,
  type RingEntry,
  type RingMemory,
  type RingPlace,
  seek,
  setUsed,
  usedOf,
} from "./ring-memory.ts";
import {
  CHUNKS,
  COUNT,
  FLOOR_HIGH,
  FLOOR_LOW,
  LAST_HIGH,
  LAST_LOW,
  TAIL,
  TAIL_USED,
} from "./slots.ts";

/** What became of an entry. MARKED: it was there and is deleted from now on. */
export const INSERTED = 0;
export const DUPLICATE = 1;
export const MARKED = 2;
export const DROPPED = 3;

/** Puts an entry where it belongs in the ring of this slot, exactly once, whatever its order. */
export function insert(memory: RingMemory, slot: number, entry: RingEntry): number {
  const { postLow, postHigh } = entry;
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  if (isBelow(page[base + LAST_LOW], page[base + LAST_HIGH], postLow, postHigh)) {
    return insertNewest(memory, slot, entry);
  }
  const place = { chunk: NONE, index: 0 };
  // Each turn but the last frees at least one of the ring's own chunks, so this ends.
  for (;;) {
    if (isBelow(postLow, postHigh, page[base + FLOOR_LOW], page[base + FLOOR_HIGH])) return DROPPED;
    seek(memory, slot, postLow, postHigh, place);
    if (holds(memory, slot, place, postLow, postHigh)) return mark(memory, place, entry);
    if (page[base + COUNT] >= memory.maxEntries) {
      if (isOldest(memory, place)) {
        evictTo(memory, slot, postLow, postHigh);
        return DROPPED;
      }
      evictOldestChunk(memory, slot);
      continue;
    }
    if (place.chunk !== NONE && usedOf(memory, slot, place.chunk) < CHUNK_ENTRIES) break;
    const fresh = memory.chunks.take();
    if (fresh !== NONE) {
      page[base + CHUNKS]++;
      split(memory, slot, place, fresh);
      break;
    }
    if (place.chunk === NONE) {
      evictTo(memory, slot, postLow, postHigh);
      return DROPPED;
    }
    evictOldestChunk(memory, slot);
  }
  put(memory, slot, place, entry);
  return INSERTED;
}

/** The same for an entry above all others. */
function insertNewest(memory: RingMemory, slot: number, entry: RingEntry): number {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  if (page[base + COUNT] >= memory.maxEntries) evictOldestChunk(memory, slot);
  while (page[base + TAIL_USED] === CHUNK_ENTRIES) {
    const fresh = memory.chunks.take();
    if (fresh !== NONE) {
      page[base + CHUNKS]++;
      linkChunk(memory, slot, fresh, page[base + TAIL]);
    } else if (page[base + TAIL] !== NONE) {
      evictOldestChunk(memory, slot);
    } else {
      evictTo(memory, slot, entry.postLow, entry.postHigh);
      return DROPPED;
    }
  }
  put(memory, slot, { chunk: page[base + TAIL], index: page[base + TAIL_USED] }, entry);
  return INSERTED;
}

function isOldest(memory: RingMemory, place: RingPlace): boolean {
  return place.index === 0 && previousOf(memory, place.chunk) === NONE;
}

function mark(memory: RingMemory, place: RingPlace, entry: RingEntry): number {
  if (!entry.deleted) return DUPLICATE;
  const slab = memory.chunks.slabOf(place.chunk);
  const at = entryAt(memory.chunks.baseOf(place.chunk), place.index) + 1;
  if (slab[at] >= DELETED_BIT) return DUPLICATE;
  slab[at] += DELETED_BIT;
  return MARKED;
}

/**
 * Makes room at a place in a full chunk (or in an empty ring), and moves the place there. Runs that
 * rise at the end of a chunk or fall at the ring's beginning leave full chunks; others halves.
 */
function split(memory: RingMemory, slot: number, place: RingPlace, fresh: number): void {
  const { chunk, index } = place;
  if (chunk === NONE || index === 0) {
    linkChunk(memory, slot, fresh, chunk === NONE ? NONE : previousOf(memory, chunk));
    place.chunk = fresh;
    return;
  }
  linkChunk(memory, slot, fresh, chunk);
  const kept = index === CHUNK_ENTRIES ? index : CHUNK_ENTRIES >>> 1;
  const from = entryAt(memory.chunks.baseOf(chunk), kept);
  const to = entryAt(memory.chunks.baseOf(fresh), 0);
  const words = (CHUNK_ENTRIES - kept) * ENTRY_WORDS;
  const source = memory.chunks.slabOf(chunk);
  const target = memory.chunks.slabOf(fresh);
  for (let i = 0; i < words; i++) target[to + i] = source[from + i];
  setUsed(memory, slot, chunk, kept);
  setUsed(memory, slot, fresh, CHUNK_ENTRIES - kept);
  if (index < kept || (index === kept && kept < CHUNK_ENTRIES)) return;
  place.chunk = fresh;
  place.index = index - kept;
}

/** Writes the entry at a place whose chunk has room; later entries of the chunk move up by one. */
function put(memory: RingMemory, slot: number, place: RingPlace, entry: RingEntry): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  const used = usedOf(memory, slot, place.chunk);
  const slab = memory.chunks.slabOf(place.chunk);
  const start = memory.chunks.baseOf(place.chunk);
  const at = entryAt(start, place.index);
  if (place.index < used) slab.copyWithin(at + ENTRY_WORDS, at, entryAt(start, used));
  slab[at] = entry.postLow;
  slab[at + 1] = entry.postHigh + (entry.deleted ? DELETED_BIT : 0);
  slab[at + 2] = entry.authorLow;
  slab[at + 3] = entry.authorHigh;
  setUsed(memory, slot, place.chunk, used + 1);
  page[base + COUNT]++;
  memory.entryCount++;
  if (!isBelow(page[base + LAST_LOW], page[base + LAST_HIGH], entry.postLow, entry.postHigh))
    return;
  page[base + LAST_LOW] = entry.postLow;
  page[base + LAST_HIGH] = entry.postHigh;
}
