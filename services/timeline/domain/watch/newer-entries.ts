import { DegradedReason, type WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { firstPostIdAt, type PostId, postTimeMs, type UserId } from "../../../model/ids.ts";
import { MAX_PAGE_ENTRIES } from "../../../model/limits.ts";
import type { EntryStore } from "../../ports.ts";
import type { Scroll } from "../cursor/format.ts";
import { maxId } from "../halves.ts";
import { entriesOf } from "../page/entries.ts";
import { readableFloor } from "../page/page.ts";
import type { Readiness } from "../page/readiness.ts";
import type { Scanner, VisibleWindow } from "../page/scan.ts";

/**
 * A stream resumes so much before its cursor: an entry with a smaller id may have become readable
 * after the entry that was seen last. Clients drop what they have.
 */
const RESUME_OVERLAP_MS = 10_000;
const MAX_RESUME_ENTRIES = 4_000;

/** The entries newer than the one seen last, newest first, in messages; what is not held is named. */
export function newerEntries(
  store: Pick<EntryStore, "state">,
  scanner: Scanner,
  scroll: Scroll,
  seen: bigint,
  ready: Readiness,
  visible: VisibleWindow,
): WatchTimelineResponse[] {
  const viewer = scroll.viewer as UserId;
  const state = store.state(viewer);
  const since = firstPostIdAt(postTimeMs(seen as PostId) - RESUME_OVERLAP_MS);
  const floor = readableFloor(state) ?? 0n;
  const degraded = [...ready.degraded];
  if (state.kind !== "complete") degraded.unshift(DegradedReason.FILLING);
  else if (floor > seen) degraded.push(DegradedReason.BELOW_FLOOR);
  const messages: WatchTimelineResponse[] = [];
  const stop = maxId(since, floor);
  let before = 0n;
  for (let count = 0; count < MAX_RESUME_ENTRIES && !ready.isStoreDown; count += visible.count) {
    const request = { viewer, before, stop, limit: MAX_PAGE_ENTRIES, friends: ready.friends };
    const scan = scanner.scan(request, visible);
    messages.push({ entries: entriesOf(scroll, visible), degraded: [] });
    if (scan.end === "exhausted") break;
    before = scan.before;
  }
  return [{ entries: messages[0]?.entries ?? [], degraded }, ...messages.slice(1)];
}
