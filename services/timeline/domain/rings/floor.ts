import { invariant } from "../../../model/invariant.ts";
import { entryAt, NONE, PREVIOUS } from "./chunk-pool.ts";
import {
  isBelow,
  markEmpty,
  nextOf,
  POST_HIGH_MASK,
  type RingMemory,
  setUsed,
  usedOf,
} from "./ring-memory.ts";
import { lowerBound } from "./seek.ts";
import {
  CHUNKS,
  COUNT,
  FLAGS,
  FLOOR_HIGH,
  FLOOR_LOW,
  FLOOR_UNLOGGED,
  HEAD,
  LAST_HIGH,
  LAST_LOW,
} from "./slots.ts";

/**
 * Drops the oldest chunk of a ring that is not empty, or its `most` oldest entries when it holds more;
 * the floor rises above the newest that went.
 */
export function evictOldest(memory: RingMemory, slot: number, most: number): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  const head = page[base + HEAD];
  invariant(head !== NONE, "a ring that evicts holds a chunk");
  const used = usedOf(memory, slot, head);
  const evicted = Math.min(used, most);
  const slab = memory.chunks.slabOf(head);
  const at = entryAt(memory.chunks.baseOf(head), evicted - 1);
  const floorLow = (slab[at] + 1) >>> 0;
  const floorHigh = (slab[at + 1] & POST_HIGH_MASK) + (floorLow === 0 ? 1 : 0);
  const isLower = isBelow(floorLow, floorHigh, page[base + FLOOR_LOW], page[base + FLOOR_HIGH]);
  invariant(!isLower, "a floor only rises");
  // All older entries go, the others are above: what `raiseFloor` would find, without its search.
  page[base + FLOOR_LOW] = floorLow;
  page[base + FLOOR_HIGH] = floorHigh;
  page[base + FLAGS] |= FLOOR_UNLOGGED;
  if (evicted === used) dropHead(memory, slot, used);
  else dropFirst(memory, slot, head, used, evicted);
}

/** The floor rises above an entry that found no place, or was evicted. */
export function evictTo(memory: RingMemory, slot: number, low: number, high: number): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  const floorLow = (low + 1) >>> 0;
  raiseFloor(memory, slot, floorLow, floorLow === 0 ? high + 1 : high);
  page[base + FLAGS] |= FLOOR_UNLOGGED;
}

/** Raises the floor (it never falls) and drops what is below it. */
export function raiseFloor(memory: RingMemory, slot: number, low: number, high: number): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  if (!isBelow(page[base + FLOOR_LOW], page[base + FLOOR_HIGH], low, high)) return;
  page[base + FLOOR_LOW] = low;
  page[base + FLOOR_HIGH] = high;
  while (page[base + HEAD] !== NONE) {
    const head = page[base + HEAD];
    const used = usedOf(memory, slot, head);
    const below = lowerBound(memory, head, used, low, high);
    if (below === used) dropHead(memory, slot, used);
    else {
      dropFirst(memory, slot, head, used, below);
      break;
    }
  }
  const lastLow = (low - 1) >>> 0;
  const lastHigh = low === 0 ? high - 1 : high;
  if (!isBelow(page[base + LAST_LOW], page[base + LAST_HIGH], lastLow, lastHigh)) return;
  page[base + LAST_LOW] = lastLow;
  page[base + LAST_HIGH] = lastHigh;
}

function dropFirst(
  memory: RingMemory,
  slot: number,
  chunk: number,
  used: number,
  count: number,
): void {
  if (count === 0) return;
  const base = memory.chunks.baseOf(chunk);
  const slab = memory.chunks.slabOf(chunk);
  slab.copyWithin(entryAt(base, 0), entryAt(base, count), entryAt(base, used));
  setUsed(memory, slot, chunk, used - count);
  memory.slots.pageOf(slot)[memory.slots.baseOf(slot) + COUNT] -= count;
  memory.entryCount -= count;
}

function dropHead(memory: RingMemory, slot: number, used: number): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  const head = page[base + HEAD];
  const next = nextOf(memory, head);
  memory.chunks.giveBack(head, head, 1);
  page[base + CHUNKS]--;
  page[base + COUNT] -= used;
  memory.entryCount -= used;
  if (next === NONE) {
    markEmpty(memory, slot);
    return;
  }
  page[base + HEAD] = next;
  memory.chunks.slabOf(next)[memory.chunks.baseOf(next) + PREVIOUS] = NONE;
}
