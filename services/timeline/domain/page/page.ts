import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { firstPostIdAt, MAX_ID } from "../../../model/ids.ts";
import type { Scroll } from "../cursor/format.ts";
import { maxId } from "../halves.ts";
import { holeIn, isAllOf, readSources } from "./read-sources.ts";
import type { Readiness } from "./readiness.ts";
import type { Answer, PageSource, SlowPageSource, Stretch } from "./source.ts";
import type { VisibleWindow } from "./visible-window.ts";

/** One page of a chronological scroll, as far as it is decided before it is written. */
export interface Page {
  /** The id below which the next page goes on; undefined at the end of the feed. */
  readonly next: bigint | undefined;
  readonly degraded: readonly DegradedReason[];
  /** What memory could not answer: a slow source may, before the page is given out. */
  readonly rest?: Stretch;
}

/** The part of a scroll that one page asks for. */
export function stretchOf(
  scroll: Scroll,
  before: bigint,
  limit: number,
  { friends, isIndexBehind = false }: Readiness,
): Stretch {
  // Ids are positive: a bound of 0 would look like the newest.
  const stop = maxId(firstPostIdAt(scroll.boundMs), 1n);
  return { viewer: scroll.viewer, before, stop, limit, friends, isIndexBehind };
}

/** Reads one page into `visible`, in one turn of the event loop. */
export function readPage(
  sources: readonly PageSource[],
  stretch: Stretch,
  ready: Readiness,
  visible: VisibleWindow,
): Page {
  visible.count = 0;
  if (ready.isStoreDown) return { next: stretch.before, degraded: ready.degraded };
  return pageOf(readSources(sources, stretch, visible), stretch, ready, visible);
}

/** Goes on with the rest of a page; `visible` is the page's own, and may hold entries already. */
export async function readRest(
  source: SlowPageSource,
  { stretch, ready, deadlineMs }: RestOfPage,
  visible: VisibleWindow,
): Promise<Page> {
  return pageOf(await source.read(stretch, visible, deadlineMs), stretch, ready, visible);
}

interface RestOfPage {
  readonly stretch: Stretch;
  readonly ready: Readiness;
  readonly deadlineMs: number;
}

/** The end of the feed is told from what was looked at: all of the stretch, down to its bound. */
function pageOf(answer: Answer, stretch: Stretch, ready: Readiness, visible: VisibleWindow): Page {
  const isEnd = isAllOf(stretch, answer);
  // A source may have come to its end just when the page was full.
  const isFull = visible.count >= stretch.limit;
  const below = isFull ? undefined : answer.missing;
  const missing = isEnd ? undefined : (holeIn(answer) ?? below);
  const degraded = degradedReasons(ready, visible.count, missing);
  if (isEnd) return { next: undefined, degraded };
  if (isFull || answer.end !== "reached") return { next: answer.from, degraded };
  // Who comes back sees at once what memory has.
  const isFirstLook = missing === DegradedReason.FILLING && visible.count > 0;
  if (isFirstLook) return { next: answer.from, degraded };
  return { next: answer.from, degraded, rest: { ...stretch, before: answer.from } };
}

/**
 * What a page must name whose order is of the entries that `read` found: what lacks between them. No later page of the
 * order has it; what is below them the scroll comes to.
 */
export function holesOf(read: Page, ready: Readiness): readonly DegradedReason[] {
  const { INDEX_BEHIND } = DegradedReason;
  if (!read.degraded.includes(INDEX_BEHIND)) return ready.degraded;
  return [...new Set([...ready.degraded, INDEX_BEHIND])];
}

/** What a page that shows so many entries must name, whatever its order. */
export function degradedReasons(
  ready: Readiness,
  shownCount: number,
  missing: DegradedReason | undefined,
): readonly DegradedReason[] {
  const isUnfiltered = ready.friends === undefined && shownCount > 0;
  if (missing === undefined && !isUnfiltered) return ready.degraded;
  const reasons = new Set<DegradedReason>(missing === DegradedReason.FILLING ? [missing] : []);
  for (const reason of ready.degraded) reasons.add(reason);
  if (isUnfiltered) reasons.add(DegradedReason.FRIENDS_UNAVAILABLE);
  if (missing !== undefined) reasons.add(missing);
  return [...reasons];
}

/** The position of "older than this time only"; 0 and times beyond all ids mean the newest there is. */
export function positionOfTime(fromTimeMs: bigint): bigint {
  if (fromTimeMs === 0n) return 0n;
  const id = firstPostIdAt(Number(fromTimeMs));
  if (id > MAX_ID) return 0n;
  return id === 0n ? 1n : id;
}
