import {
  GetTimelineRequest,
  type GetTimelineResponse,
  type TimelineServiceService,
} from "#gen/timeline/v1/timeline.ts";
import type { Client } from "../../../services/platform/grpc/call.ts";

export interface Scroll {
  readonly postIds: readonly bigint[];
  readonly pages: readonly GetTimelineResponse[];
}

const MAX_PAGES = 1_000;

/** A viewer's whole timeline, page by page to its end, or to the floor, where a page repeats its token. */
export async function scroll(
  timeline: Pick<Client<typeof TimelineServiceService>, "getTimeline">,
  viewerId: bigint,
  limit = 50,
): Promise<Scroll> {
  const pages: GetTimelineResponse[] = [];
  let pageToken = "";
  do {
    const page = await timeline.getTimeline(
      GetTimelineRequest.fromPartial({ viewerId, limit, pageToken }),
    );
    pages.push(page);
    if (page.nextPageToken === pageToken) break;
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && pages.length < MAX_PAGES);
  return { pages, postIds: pages.flatMap(({ entries }) => entries.map(({ postId }) => postId)) };
}

/** Newest first and each once: what every chronological scroll must be. */
export function strictlyFalls(ids: readonly bigint[]): boolean {
  return ids.every((id, i) => i === 0 || id < ids[i - 1]);
}
