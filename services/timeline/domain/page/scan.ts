import type { EntryStore, EntryWindow } from "../../ports.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { compareHalves, highHalf, joinHalves, lowHalf } from "../halves.ts";
import { createEntryWindow } from "./entry-window.ts";
import type { Stretch } from "./source.ts";
import type { VisibleWindow } from "./visible-window.ts";

/** Why a scan stopped: the page is full; it has looked at enough; nothing older is held above `stop`. */
export type ScanEnd = "full" | "bounded" | "exhausted";

export interface Scan {
  readonly end: ScanEnd;
  /** Where to go on: the lowest id looked at, or `before` when there was none. */
  readonly before: bigint;
}

/** Entries that one scan looks at, at most. The next page goes on where it stopped. */
export const MAX_SCANNED_ENTRIES = 2_000;
/** A small window spares the usual page of 20 from copying more than it shows. */
const SMALL_WINDOW_ENTRIES = 32;
const LARGE_WINDOW_ENTRIES = 256;

/** Reads what a viewer may see now: not deleted, and by friends only (rule 5.4). */
export class Scanner {
  readonly #small = createEntryWindow(SMALL_WINDOW_ENTRIES);
  readonly #large = createEntryWindow(LARGE_WINDOW_ENTRIES);
  readonly #store: Pick<EntryStore, "read">;

  constructor(store: Pick<EntryStore, "read">) {
    this.#store = store;
  }

  /** Adds to `visible`, newest first. Runs in one go: nothing changes under it. */
  scan(stretch: Stretch, visible: VisibleWindow): Scan {
    const { viewer, stop, limit, friends } = stretch;
    const stopHigh = highHalf(stop);
    const stopLow = lowHalf(stop);
    let window = limit < SMALL_WINDOW_ENTRIES ? this.#small : this.#large;
    let { before } = stretch;
    for (let scanned = 0; scanned < MAX_SCANNED_ENTRIES; scanned += window.count) {
      this.#store.read(viewer, before, window);
      const taken = take(window, visible, limit, friends, stopHigh, stopLow);
      if (taken > 0) before = joinHalves(window.postHigh[taken - 1], window.postLow[taken - 1]);
      if (taken < window.count) {
        const high = window.postHigh[taken];
        const isBelow = compareHalves(high, window.postLow[taken], stopHigh, stopLow) < 0;
        return { end: isBelow ? "exhausted" : "full", before };
      }
      if (window.count < window.deleted.length) return { end: "exhausted", before };
      window = this.#large;
    }
    return { end: "bounded", before };
  }
}

/** Copies visible entries until `visible` is full or an id is below `stop`; gives how many it took. */
function take(
  window: EntryWindow,
  visible: VisibleWindow,
  limit: number,
  friends: FriendSet | undefined,
  stopHigh: number,
  stopLow: number,
): number {
  const { postHigh, postLow, authorHigh, authorLow, deleted, count } = window;
  let n = visible.count;
  let i = 0;
  for (; i < count; i++) {
    if (n === limit || compareHalves(postHigh[i], postLow[i], stopHigh, stopLow) < 0) break;
    if (deleted[i] !== 0) continue;
    const place = friends ? friends.indexOf(authorHigh[i], authorLow[i]) : -1;
    if (place < 0 && friends) continue;
    visible.friendPlace[n] = place;
    visible.postHigh[n] = postHigh[i];
    visible.postLow[n] = postLow[i];
    visible.authorHigh[n] = authorHigh[i];
    visible.authorLow[n] = authorLow[i];
    n++;
  }
  visible.count = n;
  return i;
}
