import { CHUNK_ENTRIES, ENTRY_WORDS, entryAt, NONE } from "./chunk-pool.ts";
import { readDayOf, setReadDay } from "./read-day.ts";
import {
  DELETED_BIT,
  linkChunk,
  nextOf,
  POST_HIGH_MASK,
  type RingMemory,
  usedOf,
} from "./ring-memory.ts";
import type { Rings } from "./rings.ts";
import {
  CHUNKS,
  COMPLETE,
  COUNT,
  FLOOR_HIGH,
  FLOOR_LOW,
  HEAD,
  LAST_HIGH,
  LAST_LOW,
  STATE,
  TAIL,
  TAIL_USED,
  VIEWER_HIGH,
  VIEWER_LOW,
} from "./slots.ts";

/**
 * A dumped ring: viewer, state and day of the last read, count and floor in six words, then its
 * entries, oldest first.
 */
const HEAD_WORDS = 6;
const DAY_SHIFT = 8;
const STATE_MASK = 0xff;

/** How many words `dumpRing` will write. */
export function dumpWords(rings: Rings, slot: number): number {
  return HEAD_WORDS + rings.countOf(slot) * ENTRY_WORDS;
}

/** Writes a ring that is not free to out[at..]; returns where it ends. `out` must have the room. */
export function dumpRing(memory: RingMemory, slot: number, out: Uint32Array, at: number): number {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  out[at] = page[base + VIEWER_LOW];
  out[at + 1] = page[base + VIEWER_HIGH];
  out[at + 2] = page[base + STATE] | (readDayOf(memory, slot) << DAY_SHIFT);
  out[at + 3] = page[base + COUNT];
  out[at + 4] = page[base + FLOOR_LOW];
  out[at + 5] = page[base + FLOOR_HIGH];
  let to = at + HEAD_WORDS;
  for (let chunk = page[base + HEAD]; chunk !== NONE; chunk = nextOf(memory, chunk)) {
    const slab = memory.chunks.slabOf(chunk);
    const from = entryAt(memory.chunks.baseOf(chunk), 0);
    const words = usedOf(memory, slot, chunk) * ENTRY_WORDS;
    for (let i = 0; i < words; i++) out[to + i] = slab[from + i];
    to += words;
  }
  return to;
}

/**
 * Takes in a dumped ring, in place of what its viewer has, as coming from snapshot slice `slice`.
 * With less room than when it was dumped, its oldest entries go and its floor rises, as ever.
 * Returns where it ends.
 */
export function restoreRing(rings: Rings, words: Uint32Array, at: number, slice: number): number {
  const low = words[at];
  const high = words[at + 1];
  const known = rings.find(low, high);
  if (known >= 0) rings.lapse(known);
  const slot = rings.activate(low, high);
  rings.setSlice(slot, slice);
  setReadDay(rings.memory, slot, words[at + 2] >>> DAY_SHIFT);
  if ((words[at + 2] & STATE_MASK) === COMPLETE) rings.complete(slot, words[at + 4], words[at + 5]);
  else rings.raiseFloor(slot, words[at + 4], words[at + 5]);
  const start = at + HEAD_WORDS;
  const end = start + words[at + 3] * ENTRY_WORDS;
  for (let i = fillChunks(rings.memory, slot, words, start, end); i < end; i += ENTRY_WORDS) {
    rings.insert(slot, {
      postLow: words[i],
      postHigh: words[i + 1] & POST_HIGH_MASK,
      authorLow: words[i + 2],
      authorHigh: words[i + 3],
      deleted: words[i + 1] >= DELETED_BIT,
    });
  }
  return end;
}

/**
 * Copies entries, oldest first, into the chunks of an empty ring, as far as there are chunks and the
 * ring may be as long. Returns where it stopped.
 */
function fillChunks(
  memory: RingMemory,
  slot: number,
  words: Uint32Array,
  start: number,
  end: number,
): number {
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  if ((end - start) / ENTRY_WORDS > memory.maxEntries) return start;
  let at = start;
  while (at < end) {
    const fresh = memory.chunks.take();
    if (fresh === NONE) break;
    page[base + CHUNKS]++;
    linkChunk(memory, slot, fresh, page[base + TAIL]);
    const count = Math.min((end - at) / ENTRY_WORDS, CHUNK_ENTRIES);
    const slab = memory.chunks.slabOf(fresh);
    const to = entryAt(memory.chunks.baseOf(fresh), 0);
    for (let i = 0; i < count * ENTRY_WORDS; i++) slab[to + i] = words[at + i];
    at += count * ENTRY_WORDS;
    page[base + TAIL_USED] = count;
    page[base + COUNT] += count;
    memory.entryCount += count;
    page[base + LAST_LOW] = words[at - ENTRY_WORDS];
    page[base + LAST_HIGH] = words[at - ENTRY_WORDS + 1] & POST_HIGH_MASK;
  }
  return at;
}
