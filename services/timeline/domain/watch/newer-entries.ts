import { DegradedReason, type WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { Scroll } from "../cursor/format.ts";
import { entriesOf } from "../page/entries.ts";
import { degradedReasons } from "../page/page.ts";
import { holeIn, isAllOf, readSources } from "../page/read-sources.ts";
import type { Readiness } from "../page/readiness.ts";
import type { Answer, PageSource } from "../page/source.ts";
import type { VisibleWindow } from "../page/visible-window.ts";
import { resumeAt, type Seen } from "./seen.ts";

/** About. Who has missed more is told, and scrolls. */
const MAX_RESUME_ENTRIES = 4_000;

export interface ResumedStream {
  readonly scroll: Scroll;
  readonly seen: Seen;
  readonly ready: Readiness;
  /** Of one message, at most; the window has room for them. */
  readonly pieceEntries: number;
}

/**
 * The entries newer than the one seen last, each message newest first; what is not held is named. The oldest
 * message comes first: a stream that breaks between two is resumed behind the newest entry that it brought.
 */
export function newerEntries(
  sources: readonly PageSource[],
  { scroll, seen, ready, pieceEntries: limit }: ResumedStream,
  visible: VisibleWindow,
): WatchTimelineResponse[] {
  const { friends, isIndexBehind = false } = ready;
  const stop = resumeAt(seen);
  const { viewer } = scroll;
  const messages: WatchTimelineResponse[] = [];
  let answer: Answer = { from: 0n, end: "full" };
  let hole: DegradedReason | undefined;
  for (let count = 0; count < MAX_RESUME_ENTRIES && !ready.isStoreDown; count += visible.count) {
    visible.count = 0;
    const stretch = { viewer, before: answer.from, stop, limit, friends, isIndexBehind };
    answer = readSources(sources, stretch, visible);
    hole ??= holeIn(answer);
    messages.push({ entries: entriesOf(scroll, visible), degraded: [] });
    if (answer.end !== "full") break;
  }
  // Also when no source lacks anything, and there is more than one stream resumes with; and of what may have come late.
  const isShort = !isAllOf({ stop }, answer);
  const named = hole ?? (isShort ? (answer.missing ?? DegradedReason.BELOW_FLOOR) : undefined);
  const shown = messages.reduce((sum, { entries }) => sum + entries.length, 0);
  const degraded = [...degradedReasons(ready, shown, named)];
  const [oldest, ...rest] = messages.filter(({ entries }) => entries.length > 0).reverse();
  return [{ entries: oldest?.entries ?? [], degraded }, ...rest];
}
