import { entryAt } from "./chunk-pool.ts";
import { DROPPED, DUPLICATE, INSERTED, MARKED } from "./insert.ts";
import { DELETED_BIT, isBelow, type RingEntry, type RingMemory } from "./ring-memory.ts";
import { holds, type RingPlace, seek } from "./seek.ts";
import {
  FLOOR_HIGH,
  FLOOR_LOW,
  GROUP,
  LAST_HIGH,
  LAST_LOW,
  PAGE_MASK,
  PAGE_SHIFT,
  SLOT_SHIFT,
} from "./slots.ts";

/** Groups of the log whose entries are not in the rings yet. Zero is no group. */
export interface UnsyncedGroups {
  readonly pending: number;
  readonly syncing: number;
}

/** What a list of viewers comes to before it is logged. Reused: indexes into the list. */
export interface Verdicts {
  readonly accepted: Int32Array;
  acceptedCount: number;
  /** The ring is named in a group that may hold this very post: ask again after it. */
  readonly unsure: Int32Array;
  unsureCount: number;
  /** Below the floor. */
  readonly below: Int32Array;
  belowCount: number;
  duplicates: number;
  inactive: number;
}

/** Room for the verdicts on a list of up to `capacity` viewers. */
export function createVerdicts(capacity: number): Verdicts {
  return {
    accepted: new Int32Array(capacity),
    acceptedCount: 0,
    unsure: new Int32Array(capacity),
    unsureCount: 0,
    below: new Int32Array(capacity),
    belowCount: 0,
    duplicates: 0,
    inactive: 0,
  };
}

/**
 * Sorts the viewers whose slots these are (-1: inactive) by what the entry would be to them now, and
 * stamps the pending group on the rings that will take it. `unsynced` is given only when the post
 * is named in one of those groups.
 */
export function classify(
  memory: RingMemory,
  slots: Int32Array,
  count: number,
  entry: RingEntry,
  pendingGroup: number,
  unsynced: UnsyncedGroups | undefined,
  verdicts: Verdicts,
): void {
  const { postLow, postHigh } = entry;
  const { pages } = memory.slots;
  const { accepted } = verdicts;
  let acceptedCount = 0;
  let inactive = 0;
  verdicts.unsureCount = 0;
  verdicts.belowCount = 0;
  verdicts.duplicates = 0;
  for (let i = 0; i < count; i++) {
    const slot = slots[i];
    if (slot < 0) {
      inactive++;
      continue;
    }
    const page = pages[slot >>> PAGE_SHIFT];
    const base = (slot & PAGE_MASK) << SLOT_SHIFT;
    if (unsynced !== undefined && isNamedIn(unsynced, page[base + GROUP])) {
      verdicts.unsure[verdicts.unsureCount++] = i;
      continue;
    }
    const lastHigh = page[base + LAST_HIGH];
    if (postHigh < lastHigh || (postHigh === lastHigh && postLow <= page[base + LAST_LOW])) {
      const outcome = outcomeOf(memory, slot, entry);
      if (outcome === DUPLICATE) {
        verdicts.duplicates++;
        continue;
      }
      if (outcome === DROPPED) {
        verdicts.below[verdicts.belowCount++] = i;
        continue;
      }
    }
    page[base + GROUP] = pendingGroup;
    accepted[acceptedCount++] = i;
  }
  verdicts.acceptedCount = acceptedCount;
  verdicts.inactive = inactive;
}

function isNamedIn(unsynced: UnsyncedGroups, group: number): boolean {
  return group === unsynced.pending || group === unsynced.syncing;
}

/** What `insert` would do with the entry now, as far as the ring's own bound is not asked. */
export function outcomeOf(memory: RingMemory, slot: number, entry: RingEntry): number {
  const { postLow, postHigh } = entry;
  const page = memory.slots.pageOf(slot);
  const base = memory.slots.baseOf(slot);
  if (isBelow(postLow, postHigh, page[base + FLOOR_LOW], page[base + FLOOR_HIGH])) return DROPPED;
  const place: RingPlace = { chunk: 0, index: 0 };
  seek(memory, slot, postLow, postHigh, place);
  if (!holds(memory, slot, place, postLow, postHigh)) return INSERTED;
  const slab = memory.chunks.slabOf(place.chunk);
  const isDeleted =
    slab[entryAt(memory.chunks.baseOf(place.chunk), place.index) + 1] >= DELETED_BIT;
  return entry.deleted && !isDeleted ? MARKED : DUPLICATE;
}
