import { entryAt, NONE, PREVIOUS } from "./chunk-pool.ts";
import { isBelow, POST_HIGH_MASK, type RingMemory, usedOf } from "./ring-memory.ts";
import { TAIL } from "./slots.ts";

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
  const used = usedOf(memory, slot, chunk);
  const isNewest = chunk === place.chunk;
  place.chunk = chunk;
  place.index = isNewest
    ? lowerBoundFromEnd(memory, chunk, used, low, high)
    : lowerBound(memory, chunk, used, low, high);
}

/** The same as `lowerBound` for the newest chunk: posts that come late, come a little late. */
function lowerBoundFromEnd(
  memory: RingMemory,
  chunk: number,
  used: number,
  low: number,
  high: number,
): number {
  const slab = memory.chunks.slabOf(chunk);
  const base = memory.chunks.baseOf(chunk);
  let index = used;
  for (; index > 0; index--) {
    const at = entryAt(base, index - 1);
    if (isBelow(slab[at], slab[at + 1] & POST_HIGH_MASK, low, high)) break;
  }
  return index;
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
