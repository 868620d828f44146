import type { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import type { Fills } from "./domain/fill/fills.ts";
import type { FriendSets } from "./domain/friends/friend-sets.ts";
import type { PageSources } from "./domain/page/source.ts";
import type { Watchers } from "./domain/watch/watchers.ts";
import { createAppendEntries } from "./handlers/append-entries.ts";
import { createDeactivateTimelines } from "./handlers/deactivate-timelines.ts";
import { createGetShardMap } from "./handlers/get-shard-map.ts";
import { createGetTimeline } from "./handlers/get-timeline.ts";
import { createNotifyFriendChanges } from "./handlers/notify-friend-changes.ts";
import { createRebuildTimeline } from "./handlers/rebuild-timeline.ts";
import { createWatchTimeline } from "./handlers/watch-timeline.ts";
import type { EntryStore, Ownership, PostSource, PullIntervals, Ranker } from "./ports.ts";

/** All that the handlers work with. */
export interface TimelineDeps {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  readonly friendSets: FriendSets;
  readonly posts: PostSource;
  readonly intervals: PullIntervals;
  readonly ranker: Ranker;
  readonly sources: PageSources;
  readonly fills: Fills;
  readonly watchers: Watchers;
  readonly clock: Clock;
  readonly lag: { observe(seconds: number): void };
  readonly onDegraded: (reasons: readonly DegradedReason[]) => void;
  readonly ringEntries: number;
  readonly waitMs: number;
  readonly rankTimeoutMs: number;
  readonly maxAgeMs: number;
}

const asIs = (bytes: Buffer) => bytes;

/** The two hot methods read and write their bytes by themselves. */
const definition = {
  ...TimelineServiceService,
  appendEntries: { ...TimelineServiceService.appendEntries, requestDeserialize: asIs },
  getTimeline: { ...TimelineServiceService.getTimeline, responseSerialize: asIs },
};

/** The RPCs of the timeline service. */
export function timelineService(deps: TimelineDeps): Implementation {
  return implement(definition, {
    appendEntries: createAppendEntries(deps),
    getTimeline: createGetTimeline(deps),
    watchTimeline: createWatchTimeline(deps),
    rebuildTimeline: createRebuildTimeline(deps),
    notifyFriendChanges: createNotifyFriendChanges(deps),
    deactivateTimelines: createDeactivateTimelines(deps),
    getShardMap: createGetShardMap(deps.ownership),
  });
}
