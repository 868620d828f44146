import type { EntryWindow } from "../../ports.ts";

/** A window for up to `capacity` entries. */
export function createEntryWindow(capacity: number): EntryWindow {
  return {
    count: 0,
    postHigh: new Uint32Array(capacity),
    postLow: new Uint32Array(capacity),
    authorHigh: new Uint32Array(capacity),
    authorLow: new Uint32Array(capacity),
    deleted: new Uint8Array(capacity),
  };
}
