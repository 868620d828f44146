import type { WatchTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import type { PulledIntervals } from "../../../services/fanout/ports.ts";
import type { TableChange } from "../../../services/friend/domain/pulled/changes.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import type { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import type { QueueName } from "../../../services/platform/messaging/bus.ts";
import type { Logger } from "../../../services/platform/telemetry/logger.ts";
import type { FriendSets } from "../../../services/timeline/domain/friends/friend-sets.ts";
import type { UntoldPolls } from "../../../services/timeline/domain/friends/untold-polls.ts";
import type { PageSources } from "../../../services/timeline/domain/page/source.ts";
import type { PulledWatch } from "../../../services/timeline/domain/watch/pulled-watch.ts";
import type { EntryStore, FriendSource, PostSource } from "../../../services/timeline/ports.ts";
import type { ChaosBus } from "./chaos-bus.ts";
import type { Dice } from "./dice.ts";
import type { ModelPostLog } from "./model/model-post-log.ts";
import type { Network } from "./network.ts";
import type { Turns } from "./turns.ts";

/** A mesh that breaks a lemma on purpose; all undefined: the real one. */
export interface Variant {
  /** L1: the relay reads past writes in flight, and completes nothing. */
  readonly publishesEarly?: boolean;
  /** L1: a row of unknown outcome counts as one whose change is written. */
  readonly takesUnknownForWhole?: boolean;
  /** At a start the post service does not look at what is stored before it stamps. */
  readonly stampsByClockAlone?: boolean;
  /** L2, L5: around the store of each timeline process. */
  readonly store?: (store: EntryStore, clock: Clock) => EntryStore;
  /** L1: the relay writes the row of the post log after publishing what it tells of. */
  readonly recordsLate?: boolean;
  /** L2: fills read the index as it is, without waiting for the heads of the log. */
  readonly readsIndexAtOnce?: boolean;
  /** Around the posts as the cold scroll reads them. */
  readonly coldPosts?: (posts: PostSource) => PostSource;
  /** The cold scroll hears nothing of what the log tells: deletions, and posts that come late. */
  readonly isColdDeaf?: boolean;
  /** L4: what workers make of their copy of the table of pulled intervals. */
  readonly worker?: (copy: PulledIntervals) => PulledIntervals;
  /** L4: what readers make of theirs. */
  readonly reader?: (copy: PulledIntervals) => PulledIntervals;
  /** L4: what is stored in place of a change of the table. */
  readonly interval?: (change: TableChange) => TableChange;
  /** Timeline folders that do not know that there were more or fewer of them. */
  readonly forgetsOwners?: boolean;
  /** L6: around the graph as timelines see it. */
  readonly friends?: (friends: FriendSource) => FriendSource;
  /** Friend changes are answered without a word to owners, though it is said that they know. */
  readonly tellsNobody?: boolean;
  /** Breaks what a timeline process keeps of friends. */
  readonly friendSets?: (sets: FriendSets) => void;
  /** Around what a timeline process asks of friend changes that it was not told of. */
  readonly hearing?: (polls: UntoldPolls) => Pick<UntoldPolls, "isUnheard" | "close">;
  /** Breaks what tells live streams of posts that are not pushed. */
  readonly pulledWatch?: (watch: PulledWatch) => void;
  /** Around what live streams and counts are read from. */
  readonly live?: (sources: PageSources, of: "streams" | "counts") => PageSources;
  /** What a live stream is opened with in place of this. */
  readonly opening?: (request: WatchTimelineRequest) => WatchTimelineRequest;
  /** Told of each message that a worker takes. */
  readonly onDelivery?: (queue: QueueName, payload: Uint8Array) => void;
}

/** Where the processes of one simulated mesh live. */
export interface Environment {
  readonly turns: Turns;
  readonly dice: Dice;
  readonly clock: ManualClock;
  readonly network: Network;
  readonly log: Logger;
  readonly variant: Variant;
  /** Changes are durable piece by piece, as on a store without transactions. */
  readonly isHalving: boolean;
  readonly bus: ChaosBus;
  readonly postLog: ModelPostLog;
  /** Counts what happened, so that a test can tell what its histories never get to. */
  readonly note: (event: string) => void;
  /** The invariant is broken, or code failed in a way that no caller should see. */
  readonly report: (problem: string) => void;
}
