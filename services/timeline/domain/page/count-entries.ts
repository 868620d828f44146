import type { UserId } from "../../../model/ids.ts";
import type { EntryStore } from "../../ports.ts";
import { joinHalves } from "../halves.ts";
import { createEntryWindow } from "./entry-window.ts";

const WINDOW_ENTRIES = 256;

/** Entries held for a viewer, shown or hidden. */
export function countEntries(store: Pick<EntryStore, "read">, viewer: UserId): number {
  const window = createEntryWindow(WINDOW_ENTRIES);
  let count = 0;
  let before = 0n;
  do {
    store.read(viewer, before, window);
    count += window.count;
    const last = window.count - 1;
    if (last >= 0) before = joinHalves(window.postHigh[last], window.postLow[last]);
  } while (window.count === WINDOW_ENTRIES);
  return count;
}
