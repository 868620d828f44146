import type { ShownEntry } from "../viewing/viewing.ts";

/** One scroll: every id comes once, and they fall from page to page. */
export class ScrollCheck {
  readonly entries: ShownEntry[] = [];
  readonly ids = new Set<bigint>();
  /** Entries whose id had come before. */
  repeated = 0;
  /** Entries whose id is above that of the entry before. */
  disordered = 0;

  /** The id of the last entry; undefined: none came yet. */
  get last(): bigint | undefined {
    return this.entries.at(-1)?.postId;
  }

  take(entries: readonly ShownEntry[]): void {
    for (const entry of entries) {
      if (this.ids.has(entry.postId)) this.repeated++;
      else if (this.last !== undefined && entry.postId > this.last) this.disordered++;
      this.ids.add(entry.postId);
      this.entries.push(entry);
    }
  }
}
