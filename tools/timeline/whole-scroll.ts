import {
  GetTimelineRequest,
  type GetTimelineResponse,
  type TimelineServiceService,
} from "#gen/timeline/v1/timeline.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { degradedWords } from "./degraded-words.ts";

/** Who answers for the viewer: an owner, or a router to it. */
export type Timeline = Pick<Client<typeof TimelineServiceService>, "getTimeline">;

export interface ScrollOptions {
  /** Entries a page. */
  readonly limit?: number;
  /** How often one page may say that it lacks something. */
  readonly maxWaits?: number;
  readonly delay?: (ms: number) => Promise<unknown>;
}

export interface Scroll {
  readonly postIds: readonly bigint[];
  readonly pages: readonly GetTimelineResponse[];
}

const PAGE_ENTRIES = 200;
const MAX_PAGES = 10_000;
const WAIT_MS = 100;
/** Of one position: a source that is slow for five minutes is broken. */
const MAX_WAITS = 3_000;

/**
 * A viewer's whole timeline, as every client should read it: a page that says what it may lack is asked for
 * again by the same token, and the feed ends where there is no token, and only there. Throws when a page
 * that lacks nothing gives a token that was given before: the scroll would go round for ever.
 */
export async function wholeScroll(
  timeline: Timeline,
  viewerId: bigint,
  { limit = PAGE_ENTRIES, maxWaits = MAX_WAITS, delay = systemClock.delay }: ScrollOptions = {},
): Promise<Scroll> {
  const pages: GetTimelineResponse[] = [];
  const given = new Set<string>();
  const wrong = (what: string) =>
    new Error(`page ${pages.length + 1} of viewer ${viewerId} ${what}`);
  let waits = 0;
  for (let pageToken = ""; pages.length < MAX_PAGES; ) {
    const request = GetTimelineRequest.fromPartial({ viewerId, limit, pageToken });
    const page = await timeline.getTimeline(request);
    if (page.degraded.length > 0) {
      if (++waits > maxWaits) throw wrong(`says ${degradedWords(page.degraded)} for too long`);
      await delay(WAIT_MS);
      continue;
    }
    waits = 0;
    pages.push(page);
    pageToken = page.nextPageToken;
    if (pageToken === "") return { pages, postIds: pages.flatMap(idsOf) };
    if (given.has(pageToken)) throw wrong("gives a token that was given before");
    given.add(pageToken);
  }
  throw wrong("is one too many");
}

/** Newest first and each once: what every chronological scroll must be. */
export function strictlyFalls(ids: readonly bigint[]): boolean {
  return ids.every((id, i) => i === 0 || id < ids[i - 1]);
}

function idsOf({ entries }: GetTimelineResponse): readonly bigint[] {
  return entries.map(({ postId }) => postId);
}
