import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { firstPostIdAt, MAX_ID, type PostId, type UserId } from "../../../model/ids.ts";
import type { EntryStore, TimelineState } from "../../ports.ts";
import type { Scroll } from "../cursor/format.ts";
import { maxId } from "../halves.ts";
import type { Readiness } from "./readiness.ts";
import type { Scanner, VisibleWindow } from "./scan.ts";

/** One page of a chronological scroll, as far as it is decided before it is written. */
export interface Page {
  /** The id below which the next page goes on; undefined at the end of the feed. */
  readonly next: bigint | undefined;
  readonly degraded: readonly DegradedReason[];
}

/**
 * Reads one page into `visible`. The end of the feed is told from what was scanned (rule 5.3): all of
 * the ring was, and its floor is at or below the scroll's retention bound.
 */
export function readPage(
  store: Pick<EntryStore, "state">,
  scanner: Scanner,
  scroll: Scroll,
  before: bigint,
  limit: number,
  ready: Readiness,
  visible: VisibleWindow,
): Page {
  visible.count = 0;
  if (ready.isStoreDown) return { next: before, degraded: ready.degraded };
  const viewer = scroll.viewer as UserId;
  const state = store.state(viewer);
  const bound = firstPostIdAt(scroll.boundMs);
  const floor = readableFloor(state) ?? bound;
  const stop = maxId(floor, bound);
  const scan = scanner.scan({ viewer, before, stop, limit, friends: ready.friends }, visible);
  const degraded = degradedReasons(state, ready, visible.count);
  if (state.kind !== "complete" || scan.end !== "exhausted") return { next: scan.before, degraded };
  if (floor <= bound) return { next: undefined, degraded };
  return { next: scan.before, degraded: [...degraded, DegradedReason.BELOW_FLOOR] };
}

/** Down to where a complete timeline can be read. */
export function readableFloor(state: TimelineState): PostId | undefined {
  return state.kind === "complete" ? (state.readableFrom ?? state.floor) : undefined;
}

/** What a page that shows so many entries must name, whatever its order. */
export function degradedReasons(
  state: TimelineState,
  ready: Readiness,
  shownCount: number,
): readonly DegradedReason[] {
  const isUnfiltered = ready.friends === undefined && shownCount > 0;
  if (state.kind === "complete" && !isUnfiltered) return ready.degraded;
  const reasons = new Set(ready.degraded);
  if (isUnfiltered) reasons.add(DegradedReason.FRIENDS_UNAVAILABLE);
  return state.kind === "complete" ? [...reasons] : [DegradedReason.FILLING, ...reasons];
}

/** The position of "older than this time only"; 0 and times beyond all ids mean the newest there is. */
export function positionOfTime(fromTimeMs: bigint): bigint {
  if (fromTimeMs === 0n) return 0n;
  const id = firstPostIdAt(Number(fromTimeMs));
  if (id > MAX_ID) return 0n;
  return id === 0n ? 1n : id;
}
