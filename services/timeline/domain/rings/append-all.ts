import { CHUNK_ENTRIES, CHUNK_SHIFT, entryAt, SLAB_MASK, SLAB_SHIFT } from "./chunk-pool.ts";
import { DUPLICATE, INSERTED, insert, MARKED } from "./insert.ts";
import { DELETED_BIT, type RingEntry, type RingMemory } from "./ring-memory.ts";
import {
  COUNT,
  FLAGS,
  FREE,
  LAST_HIGH,
  LAST_LOW,
  PAGE_MASK,
  PAGE_SHIFT,
  SLOT_SHIFT,
  STATE,
  TAIL,
  TAIL_USED,
  VIEWER_HIGH,
  VIEWER_LOW,
  WATCHED,
} from "./slots.ts";
import type { ViewerTable } from "./viewer-table.ts";

/** What became of the deliveries of one entry. */
export interface AppendTally {
  inserted: number;
  duplicates: number;
  dropped: number;
}

export interface WatchedListener {
  /** An entry came for a ring that is watched, which may have no room for one so late: pages have it all the same. */
  onWatched(slot: number, entry: RingEntry): void;
}

/**
 * Appends one entry to the rings of slots[from..to). A slot that was freed since it was looked up is
 * looked up again by the viewer that it still names. The listener hears of entries with watchers that were not there.
 */
export function appendAll(
  memory: RingMemory,
  table: ViewerTable,
  slots: Int32Array,
  from: number,
  to: number,
  entry: RingEntry,
  tally: AppendTally,
  listener: WatchedListener,
): void {
  const { maxEntries } = memory;
  const { pages } = memory.slots;
  const { slabs } = memory.chunks;
  const { postLow, authorLow, authorHigh } = entry;
  const idHigh = entry.postHigh;
  const storedHigh = entry.deleted ? idHigh + DELETED_BIT : idHigh;
  let fast = 0;
  for (let i = from; i < to; i++) {
    let slot = slots[i];
    let page = pages[slot >>> PAGE_SHIFT];
    let base = (slot & PAGE_MASK) << SLOT_SHIFT;
    if (page[base + STATE] === FREE) {
      slot = table.find(page[base + VIEWER_LOW], page[base + VIEWER_HIGH]);
      if (slot < 0) {
        tally.dropped++;
        continue;
      }
      page = pages[slot >>> PAGE_SHIFT];
      base = (slot & PAGE_MASK) << SLOT_SHIFT;
    }
    const lastHigh = page[base + LAST_HIGH];
    const isNewest = idHigh > lastHigh || (idHigh === lastHigh && postLow > page[base + LAST_LOW]);
    const used = page[base + TAIL_USED];
    if (isNewest && used < CHUNK_ENTRIES && page[base + COUNT] < maxEntries) {
      const tail = page[base + TAIL];
      const slab = slabs[tail >>> SLAB_SHIFT];
      const at = entryAt((tail & SLAB_MASK) << CHUNK_SHIFT, used);
      slab[at] = postLow;
      slab[at + 1] = storedHigh;
      slab[at + 2] = authorLow;
      slab[at + 3] = authorHigh;
      page[base + TAIL_USED] = used + 1;
      page[base + COUNT]++;
      page[base + LAST_LOW] = postLow;
      page[base + LAST_HIGH] = idHigh;
      fast++;
    } else {
      const outcome = insert(memory, slot, entry);
      if (outcome === DUPLICATE || outcome === MARKED) {
        tally.duplicates++;
        continue;
      }
      if (outcome === INSERTED) tally.inserted++;
      else tally.dropped++;
    }
    if ((page[base + FLAGS] & WATCHED) !== 0 && !entry.deleted) listener.onWatched(slot, entry);
  }
  tally.inserted += fast;
  memory.entryCount += fast;
}
