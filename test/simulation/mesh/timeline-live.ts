import type { WatchTimelineRequest, WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../../services/model/ids.ts";
import type { Call } from "../../../services/platform/grpc/call.ts";
import type { PulledWatch } from "../../../services/timeline/domain/watch/pulled-watch.ts";
import { Watchers } from "../../../services/timeline/domain/watch/watchers.ts";
import { countUnread } from "../../../services/timeline/handlers/count-unread.ts";
import {
  type WatchTimelineDeps,
  watchTimeline,
} from "../../../services/timeline/handlers/watch-timeline.ts";
import type { Environment } from "./environment.ts";

/** Few: a history has few posts, and readers that stand still for long. */
const LIMITS = { maxWatchers: 20, maxBuffered: 12 };
/** Pieces of a few entries: what is read piece by piece is so here too. */
const PIECE_ENTRIES = 4;
/** Histories end streams themselves; by age they would hide what an open one lacks. */
const MAX_AGE_MS = 1e9;
const DEADLINE_MS = 500;

interface Served extends Omit<WatchTimelineDeps, "watchers" | "maxAgeMs"> {
  readonly pulledWatch: PulledWatch;
}

/** What one life of a timeline process serves to who follows a timeline, or counts what is new on it. */
export function serveLive(env: Environment, { pulledWatch, ...served }: Served) {
  const { clock, log, variant } = env;
  const watchers = new Watchers(served.store, pulledWatch, LIMITS);
  const depsOf = (what: "streams" | "counts") => {
    const sources = variant.live?.(served.sources, what) ?? served.sources;
    return { ...served, sources, pieceEntries: PIECE_ENTRIES };
  };
  const watch = watchTimeline({ ...depsOf("streams"), watchers, maxAgeMs: MAX_AGE_MS });
  const count = countUnread(depsOf("counts"));
  return {
    watchers,
    watch: (
      request: WatchTimelineRequest,
      signal: AbortSignal,
    ): AsyncGenerator<WatchTimelineResponse> =>
      watch(request, { deadlineMs: Number.POSITIVE_INFINITY, log, signal, requestId: "" } as Call),
    count: (viewerId: UserId, sinceCursor: string) =>
      count({ viewerId, sinceCursor }, {
        ...{ deadlineMs: clock.nowMs() + DEADLINE_MS, log, requestId: "" },
      } as Call),
  };
}
