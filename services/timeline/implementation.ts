import type { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { NoteStep } from "../model/post-steps.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { untilClosed } from "../platform/grpc/server/calls/until-closed.ts";
import { implement } from "../platform/grpc/server/server.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { TimelineDefinition } from "./definition.ts";
import type { Fills } from "./domain/fill/fills.ts";
import type { Pace } from "./domain/fill/rebuild-pace.ts";
import type { FollowBehind } from "./domain/friends/follow-behind.ts";
import type { FriendSets } from "./domain/friends/friend-sets.ts";
import type { UntoldPolls } from "./domain/friends/untold-polls.ts";
import type { PageSources } from "./domain/page/source.ts";
import type { RecentPosts } from "./domain/recent/recent-posts.ts";
import type { RecentPull } from "./domain/recent/recent-pull.ts";
import type { TracedPosts } from "./domain/watch/traced-posts.ts";
import type { Watchers } from "./domain/watch/watchers.ts";
import { appendEntries } from "./handlers/append-entries.ts";
import { countUnread } from "./handlers/count-unread.ts";
import { deactivateTimelines } from "./handlers/deactivate-timelines.ts";
import { digestTimelines } from "./handlers/digest-timelines.ts";
import { getShardMap } from "./handlers/get-shard-map.ts";
import { getTimeline } from "./handlers/get-timeline.ts";
import { inspectTimeline } from "./handlers/inspect-timeline.ts";
import { listActiveViewers } from "./handlers/list-active-viewers.ts";
import { locatePost } from "./handlers/locate-post.ts";
import { notifyFriendChanges } from "./handlers/notify-friend-changes.ts";
import { rebuildTimeline } from "./handlers/rebuild-timeline.ts";
import { watchTimeline } from "./handlers/watch-timeline.ts";
import type {
  EntryStore,
  FriendSource,
  Ownership,
  PostSource,
  PulledIntervals,
  Ranker,
} from "./ports.ts";

/** All that the handlers work with. */
export interface TimelineDeps {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  readonly friendSets: FriendSets;
  readonly friends: FriendSource;
  readonly posts: PostSource;
  readonly recent: RecentPull | undefined;
  readonly index: RecentPosts | undefined;
  readonly intervals: PulledIntervals;
  readonly ranker: Ranker;
  readonly sources: PageSources;
  readonly fills: Fills;
  readonly behind: FollowBehind;
  readonly untold?: UntoldPolls | undefined;
  readonly paceRebuild: Pace;
  readonly watchers: Watchers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lag: { observe(seconds: number): void };
  readonly onPage: () => void;
  readonly noteStep: NoteStep;
  readonly tracedPosts: TracedPosts | undefined;
  readonly onDegraded: (reasons: readonly DegradedReason[]) => void;
  readonly ringEntries: number;
  readonly maxKeptFriends: number;
  readonly waitMs: number;
  readonly rankTimeoutMs: number;
  readonly maxAgeMs: number;
}

/** The RPCs of the timeline service. */
export function timelineService(deps: TimelineDeps): Implementation {
  const watch = watchTimeline(deps);
  const read = getTimeline(deps);
  return implement(TimelineDefinition, {
    appendEntries: appendEntries(deps),
    getTimeline: read,
    watchTimeline: watch,
    followTimeline: untilClosed(watch),
    countUnread: countUnread(deps),
    rebuildTimeline: rebuildTimeline(deps),
    listActiveViewers: listActiveViewers(deps),
    digestTimelines: digestTimelines(deps),
    inspectTimeline: inspectTimeline(deps, read),
    locatePost: locatePost(deps),
    notifyFriendChanges: notifyFriendChanges(deps),
    deactivateTimelines: deactivateTimelines(deps),
    getShardMap: getShardMap(deps.ownership),
  });
}
