import { CHUNK_ENTRIES, ENTRY_WORDS, entryAt, NEXT, NONE, USED } from "./chunk-pool.ts";
import { nextOf, type RingMemory, usedOf } from "./ring-memory.ts";
import { CHUNKS, COUNT, HEAD, TAIL, TAIL_USED } from "./slots.ts";

/** Moves a ring's entries together, so that late arrivals (a fill) leave no half-empty chunks. */
export function compact(memory: RingMemory, slot: number): void {
  const { chunks } = memory;
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  const needed = Math.ceil(page[base + COUNT] / CHUNK_ENTRIES);
  if (page[base + CHUNKS] <= needed) return;
  const oldTail = page[base + TAIL];
  let target = page[base + HEAD];
  let filled = 0;
  let source = target;
  let left = page[base + COUNT];
  while (left > 0) {
    const used = usedOf(memory, slot, source);
    const next = nextOf(memory, source);
    for (let i = 0; i < used; i++) {
      if (filled === CHUNK_ENTRIES) {
        chunks.slabOf(target)[chunks.baseOf(target) + USED] = filled;
        target = nextOf(memory, target);
        filled = 0;
      }
      copyEntry(memory, source, i, target, filled++);
    }
    left -= used;
    source = next;
  }
  const firstSpare = nextOf(memory, target);
  chunks.giveBack(firstSpare, oldTail, page[base + CHUNKS] - needed);
  chunks.slabOf(target)[chunks.baseOf(target) + NEXT] = NONE;
  page[base + CHUNKS] = needed;
  page[base + TAIL] = target;
  page[base + TAIL_USED] = filled;
}

function copyEntry(memory: RingMemory, from: number, i: number, to: number, j: number): void {
  const { chunks } = memory;
  const source = chunks.slabOf(from);
  const target = chunks.slabOf(to);
  const a = entryAt(chunks.baseOf(from), i);
  const b = entryAt(chunks.baseOf(to), j);
  for (let word = 0; word < ENTRY_WORDS; word++) target[b + word] = source[a + word];
}
