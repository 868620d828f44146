import type { EntryWindow } from "../../ports.ts";
import { entryAt, NONE } from "./chunk-pool.ts";
import { POST_HIGH_MASK, previousOf, type RingMemory, usedOf } from "./ring-memory.ts";
import { type RingPlace, seek } from "./seek.ts";
import { TAIL, TAIL_USED } from "./slots.ts";

/** Fills the window with the newest entries below the id (0: from the newest), as many as fit. */
export function readBelow(
  memory: RingMemory,
  slot: number,
  low: number,
  high: number,
  window: EntryWindow,
): void {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  const place: RingPlace = { chunk: page[base + TAIL], index: page[base + TAIL_USED] };
  if (low !== 0 || high !== 0) seek(memory, slot, low, high, place);
  const room = window.postLow.length;
  let { chunk, index } = place;
  let count = 0;
  while (chunk !== NONE && count < room) {
    const take = Math.min(index, room - count);
    copyDown(memory, chunk, index, take, window, count);
    count += take;
    chunk = previousOf(memory, chunk);
    if (chunk !== NONE) index = usedOf(memory, slot, chunk);
  }
  window.count = count;
}

function copyDown(
  memory: RingMemory,
  chunk: number,
  index: number,
  take: number,
  window: EntryWindow,
  offset: number,
): void {
  const slab = memory.chunks.slabOf(chunk);
  let at = entryAt(memory.chunks.baseOf(chunk), index);
  for (let i = offset; i < offset + take; i++) {
    at -= 4;
    const postHigh = slab[at + 1];
    window.postLow[i] = slab[at];
    window.postHigh[i] = postHigh & POST_HIGH_MASK;
    window.deleted[i] = postHigh >>> 31;
    window.authorLow[i] = slab[at + 2];
    window.authorHigh[i] = slab[at + 3];
  }
}
