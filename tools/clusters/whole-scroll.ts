import { setTimeout as delay } from "node:timers/promises";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import type { TimelineClient } from "../../test/support/mesh/mesh.ts";

const PAGE = 200;
const MAX_PAGES = 10_000;
const WAIT_MS = 200;
/** Of one position: a source that is slow for longer is broken. */
const MAX_WAITS = 3_000;

/**
 * A viewer's whole timeline. A page that says what it may lack (its source is slow, or behind) is asked for again:
 * only where there is no token the feed ends.
 */
export async function wholeScroll(
  timeline: Pick<TimelineClient, "getTimeline">,
  viewerId: bigint,
): Promise<readonly bigint[]> {
  const postIds: bigint[] = [];
  let pageToken = "";
  let waits = 0;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const request = GetTimelineRequest.fromPartial({ viewerId, limit: PAGE, pageToken });
    const page = await timeline.getTimeline(request);
    if (page.degraded.length > 0) {
      if (++waits > MAX_WAITS) throw new Error(`${viewerId}: ${page.degraded} for too long`);
      await delay(WAIT_MS);
      continue;
    }
    waits = 0;
    postIds.push(...page.entries.map(({ postId }) => postId));
    if (page.nextPageToken === "") return postIds;
    pageToken = page.nextPageToken;
  }
  throw new Error(`${viewerId}: no end after ${MAX_PAGES} pages`);
}
