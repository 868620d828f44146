import type { EntryWindow } from "../../ports.ts";
import { createEntryWindow } from "./entry-window.ts";

/** The entries of a page, and each author's place in the friend set that let them in. */
export interface VisibleWindow extends EntryWindow {
  /** -1 when nobody knew the friends. */
  readonly friendPlace: Int32Array;
}

export function createVisibleWindow(capacity: number): VisibleWindow {
  return { ...createEntryWindow(capacity), friendPlace: new Int32Array(capacity) };
}

/** A window of its own with the same entries, for a page that waits. */
export function copyOf(visible: VisibleWindow, capacity: number): VisibleWindow {
  const copy = createVisibleWindow(capacity);
  copy.count = visible.count;
  for (const key of [
    "postHigh",
    "postLow",
    "authorHigh",
    "authorLow",
    "deleted",
    "friendPlace",
  ] as const) {
    copy[key].set(visible[key].subarray(0, visible.count));
  }
  return copy;
}
