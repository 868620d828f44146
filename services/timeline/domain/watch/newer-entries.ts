import { DegradedReason, type WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { MAX_PAGE_ENTRIES } from "../../../model/limits.ts";
import type { Scroll } from "../cursor/format.ts";
import { entriesOf } from "../page/entries.ts";
import { degradedReasons } from "../page/page.ts";
import { readSources } from "../page/read-sources.ts";
import type { Readiness } from "../page/readiness.ts";
import type { Answer, PageSource } from "../page/source.ts";
import type { VisibleWindow } from "../page/visible-window.ts";
import { lastCertainId, resumeAt, type Seen } from "./seen.ts";

const MAX_RESUME_ENTRIES = 4_000;

export interface ResumedStream {
  readonly scroll: Scroll;
  readonly seen: Seen;
  readonly ready: Readiness;
}

/** The entries newer than the one seen last, newest first, in messages; what is not held is named. */
export function newerEntries(
  sources: readonly PageSource[],
  { scroll, seen, ready }: ResumedStream,
  visible: VisibleWindow,
): WatchTimelineResponse[] {
  const { friends, isIndexBehind = false } = ready;
  const stop = resumeAt(seen);
  const { viewer } = scroll;
  const messages: WatchTimelineResponse[] = [];
  let answer: Answer = { from: 0n, end: "full" };
  for (let count = 0; count < MAX_RESUME_ENTRIES && !ready.isStoreDown; count += visible.count) {
    visible.count = 0;
    const limit = MAX_PAGE_ENTRIES;
    const stretch = { viewer, before: answer.from, stop, limit, friends, isIndexBehind };
    answer = readSources(sources, stretch, visible);
    messages.push({ entries: entriesOf(scroll, visible), degraded: [] });
    if (answer.end !== "full") break;
  }
  const missing = answer.from > lastCertainId(seen) ? answer.missing : undefined;
  const isFilling = answer.missing === DegradedReason.FILLING;
  const named = isFilling ? answer.missing : missing;
  const shown = messages.reduce((sum, { entries }) => sum + entries.length, 0);
  const degraded = [...degradedReasons(ready, shown, named)];
  return [{ entries: messages[0]?.entries ?? [], degraded }, ...messages.slice(1)];
}
