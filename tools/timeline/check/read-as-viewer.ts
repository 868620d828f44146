import { type DegradedReason, TimelineOrder } from "#gen/timeline/v1/timeline.ts";
import { MAX_PAGE_ENTRIES } from "../../../services/model/limits.ts";
import type { TimelineClient } from "../owners.ts";
import type { Stretch } from "./held-timelines.ts";

/** What a viewer was shown of a stretch. */
export interface Shown {
  /** In the order of the pages. */
  readonly postIds: readonly bigint[];
  /** What pages said that they may lack: nothing can be said of what is not shown. */
  readonly degraded: readonly DegradedReason[];
}

const TIMEOUT_MS = 30_000;
const MAX_PAGES = 1_000;

/** Scrolls as the viewer would, from the newest entry to the end of the stretch. */
export async function readAsViewer(
  client: TimelineClient,
  viewerId: bigint,
  { since, until }: Stretch,
): Promise<Shown> {
  const postIds: bigint[] = [];
  const degraded = new Set<DegradedReason>();
  const order = TimelineOrder.CHRONOLOGICAL;
  let pageToken = "";
  for (let page = 0; page < MAX_PAGES; page++) {
    const request = { viewerId, limit: MAX_PAGE_ENTRIES, pageToken, order, fromTimeMs: 0n };
    const answer = await client.getTimeline(request, { timeoutMs: TIMEOUT_MS });
    for (const reason of answer.degraded) degraded.add(reason);
    for (const { postId } of answer.entries) {
      if (postId >= since && postId < until) postIds.push(postId);
    }
    const last = answer.entries.at(-1);
    const isOver = answer.nextPageToken === "" || (last !== undefined && last.postId < since);
    if (isOver || answer.nextPageToken === pageToken) break;
    pageToken = answer.nextPageToken;
  }
  return { postIds, degraded: [...degraded] };
}
