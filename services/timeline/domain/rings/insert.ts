import { CHUNK_ENTRIES, ENTRY_WORDS, entryAt, NONE } from "./chunk-pool.ts";
import { evictOldest, evictTo } from "./floor.ts";
import {
  DELETED_BIT,
  isBelow,
  linkChunk,
  nextOf,
  previousOf,
  type RingEntry,
  type RingMemory,
  setUsed,
  usedOf,
} from "./ring-memory.ts";
import { holds, type RingPlace, seek } from "./seek.ts";
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
  // Each turn but the last drops some of the ring's own entries, so this ends.
  for (;;) {
    if (isBelow(postLow, postHigh, page[base + FLOOR_LOW], page[base + FLOOR_HIGH])) return DROPPED;
    seek(memory, slot, postLow, postHigh, place);
    if (holds(memory, slot, place, postLow, postHigh)) return mark(memory, place, entry);
    if (page[base + COUNT] >= memory.maxEntries) {
      if (isOldest(memory, place)) {
        evictTo(memory, slot, postLow, postHigh);
        return DROPPED;
      }
      evictOldest(memory, slot, memory.evictedTogether);
      continue;
    }
    if (hasRoom(memory, slot, place)) break;
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
    evictOldest(memory, slot, CHUNK_ENTRIES);
  }
  put(memory, slot, place, entry);
  return INSERTED;
}

/** The same for an entry above all others. */
function insertNewest(memory: RingMemory, slot: number, entry: RingEntry): number {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  if (page[base + COUNT] >= memory.maxEntries) evictOldest(memory, slot, memory.evictedTogether);
  while (page[base + TAIL_USED] === CHUNK_ENTRIES) {
    const fresh = memory.chunks.take();
    if (fresh !== NONE) {
      page[base + CHUNKS]++;
      linkChunk(memory, slot, fresh, page[base + TAIL]);
    } else if (page[base + TAIL] !== NONE) {
      evictOldest(memory, slot, CHUNK_ENTRIES);
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
 * Whether there is room at the place, perhaps by moving the last entry of its full chunk to the next
 * one: posts come a little out of order, and halving the chunk each time would waste a third.
 */
function hasRoom(memory: RingMemory, slot: number, place: RingPlace): boolean {
  const { chunk, index } = place;
  if (chunk === NONE) return false;
  if (usedOf(memory, slot, chunk) < CHUNK_ENTRIES) return true;
  const next = nextOf(memory, chunk);
  if (next === NONE) return false;
  const used = usedOf(memory, slot, next);
  if (used === CHUNK_ENTRIES) return false;
  if (index === CHUNK_ENTRIES) {
    place.chunk = next;
    place.index = 0;
    return true;
  }
  const start = memory.chunks.baseOf(next);
  const first = entryAt(start, 0);
  memory.chunks.slabOf(next).copyWithin(first + ENTRY_WORDS, first, entryAt(start, used));
  setUsed(memory, slot, next, used + 1);
  moveLast(memory, slot, chunk, next, 1);
  return true;
}

/**
 * Makes room at a place by a fresh chunk, and moves the place there if need be. Runs that rise at
 * the end of a chunk or fall at the ring's beginning leave full chunks; other places halves.
 */
function split(memory: RingMemory, slot: number, place: RingPlace, fresh: number): void {
  const { chunk, index } = place;
  if (chunk === NONE || index === 0) {
    linkChunk(memory, slot, fresh, chunk === NONE ? NONE : previousOf(memory, chunk));
    place.chunk = fresh;
    return;
  }
  const isNewest = nextOf(memory, chunk) === NONE;
  linkChunk(memory, slot, fresh, chunk);
  if (index === CHUNK_ENTRIES) {
    place.chunk = fresh;
    place.index = 0;
    return;
  }
  const moved = isNewest ? 1 : CHUNK_ENTRIES >>> 1;
  setUsed(memory, slot, fresh, moved);
  moveLast(memory, slot, chunk, fresh, moved);
  const kept = CHUNK_ENTRIES - moved;
  if (index <= kept) return;
  place.chunk = fresh;
  place.index = index - kept;
}

/** Moves the last entries of a full chunk to the beginning of another, which has the room there. */
function moveLast(
  memory: RingMemory,
  slot: number,
  chunk: number,
  target: number,
  count: number,
): void {
  const source = memory.chunks.slabOf(chunk);
  const from = entryAt(memory.chunks.baseOf(chunk), CHUNK_ENTRIES - count);
  const into = memory.chunks.slabOf(target);
  const to = entryAt(memory.chunks.baseOf(target), 0);
  for (let word = 0; word < count * ENTRY_WORDS; word++) into[to + word] = source[from + word];
  setUsed(memory, slot, chunk, CHUNK_ENTRIES - count);
}

/** Writes the entry at a place whose chunk has room; later entries of the chunk move up by one. */
function put(memory: RingMemory, slot: number, place: RingPlace, entry: RingEntry): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  const used = usedOf(memory, slot, place.chunk);
  const slab = memory.chunks.slabOf(place.chunk);
  const start = memory.chunks.baseOf(place.chunk);
  const at = entryAt(start, place.index);
  for (let word = entryAt(start, used) - 1; word >= at; word--) {
    slab[word + ENTRY_WORDS] = slab[word];
  }
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
