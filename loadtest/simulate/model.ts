import type { ZoneSet } from "../../population/people/zones.ts";
import {
  MAX_APPEND_POSTS,
  MAX_BATCH_LIST_FRIENDS_USERS,
  MAX_FRIENDS_PER_CHUNK,
} from "../../services/model/limits.ts";
import type { PostAudience } from "../demand/post-audience.ts";
import type { Distribution } from "./kernel/distribution.ts";
import type { StallSpec } from "./kernel/stalls.ts";

/** All that a simulation is computed from, as JSON. Times are us where nothing else is said. */
export interface Model {
  /**
   * `embedded`: LMDB and its queues in one post process. `real`: CQL and RabbitMQ, several of
   * each.
   */
  readonly engine: "embedded" | "cql";
  readonly load: Load;
  readonly audience: PostAudience;
  readonly processes: Processes;
  readonly costs: typeof COSTS;
  readonly delays: Delays;
  readonly stalls: Readonly<Record<StalledTier, readonly StallSpec[]>>;
  readonly faults: typeof FAULTS;
  readonly settings: typeof SETTINGS;
}

export interface Load {
  readonly postsADay: number;
  readonly pagesADay: number;
  /** Whose day it follows; `none`: the same all day. */
  readonly zones: ZoneSet | "none";
}

export interface Processes {
  readonly post: number;
  readonly friend: number;
  readonly fanout: number;
  readonly timeline: number;
  /** Owners that share a machine share its slow syncs. */
  readonly timelinesPerMachine: number;
  /** Relative spread of how many viewers owners have (sigma). */
  readonly ownerSpread: number;
}

export interface Delays {
  /** From one process's event loop into another's, one way. */
  readonly hop: Distribution;
  /** How much later than asked a timer fires. */
  readonly timer: Distribution;
  /** The timeline log's write and fdatasync. */
  readonly timelineSync: Distribution;
  /** LMDB's commit of a group, synced (embedded). */
  readonly postCommit: Distribution;
  /** A quorum queue's confirm of a batch (real). */
  readonly brokerConfirm: Distribution;
  /** At a quorum (real). */
  readonly cqlRead: Distribution;
  readonly cqlWrite: Distribution;
}

export type StalledTier = "post" | "broker" | "cql" | "friend" | "fanout" | "timeline" | "disk";

/**
 * CPU, us. From docs/benchmarks.md, taken apart where it gives sums: AppendEntries at 200, 50, 10
 * and 4 viewers a post, 10 posts a call, costs 107, 45, 24 and 27 us a post, which is 20 us for a
 * tenth of a call and a piece, and 0.43 us an entry. The store alone says 2 us of a piece and 0.48
 * us an entry. The worker's 507 ns, the friend service's 209 ns and the bus's 175 ns a delivery
 * are of posts with 200 friends.
 */
export const COSTS = {
  post: { create: 87, publish: 15, deliver: 10, ack: 10 },
  /** Assumed: a quorum queue's own thread, 20,000 messages a second. */
  broker: { message: 50 },
  friend: { call: 70, list: 10, friend: 0.15 },
  fanout: { message: 25, friendsCall: 100, friend: 0.3, piece: 5, appendCall: 100 },
  /** `dropped` is assumed: a look-up that finds nobody. */
  timeline: { call: 160, piece: 4, stored: 0.43, dropped: 0.1, page: 77 },
};

/**
 * Two cores, a virtual disk: 1,200 commits each, one at a time, some ms apart, on a quiet machine.
 */
const MEASURED_SYNC: Distribution = {
  kind: "quantiles",
  points: [
    [0.1, 170],
    [0.5, 210],
    [0.9, 340],
    [0.99, 900],
    [0.999, 3_000],
    [1, 5_000],
  ],
};
const MEASURED_COMMIT: Distribution = {
  kind: "quantiles",
  points: [
    [0.1, 292],
    [0.5, 352],
    [0.9, 520],
    [0.99, 1_500],
    [0.998, 3_500],
    [1, 13_000],
  ],
};

/** setTimeout on two cores that are not busy, Node 26. */
const MEASURED_TIMER: Distribution = {
  kind: "quantiles",
  points: [
    [0.5, 540],
    [0.99, 1_100],
    [0.999, 2_150],
    [1, 5_000],
  ],
};

/**
 * Assumed, but for the three above: `--calibration` has better ones. A hop is as long as makes the
 * whole path on two cores, with 20 posts a second, about what one run showed: 6 ms, 27 ms for one
 * in a hundred.
 */
export const DELAYS: Delays = {
  hop: { kind: "lognormal", mean: 700, sigma: 0.6 },
  timer: MEASURED_TIMER,
  timelineSync: MEASURED_SYNC,
  postCommit: MEASURED_COMMIT,
  brokerConfirm: { kind: "lognormal", mean: 3_000, sigma: 0.6 },
  cqlRead: { kind: "lognormal", mean: 1_500, sigma: 0.6 },
  cqlWrite: { kind: "lognormal", mean: 1_200, sigma: 0.6 },
};

const stop = (everySeconds: number, mean: number, sigma: number): StallSpec => ({
  everySeconds,
  micros: { kind: "lognormal", mean, sigma },
  slowdown: null,
});
const MINOR_COLLECTION = stop(2, 1_500, 0.5);
const MAJOR_COLLECTION = stop(120, 25_000, 0.6);
const COLLECTIONS = [MINOR_COLLECTION, MAJOR_COLLECTION];

/**
 * Assumed. A snapshot's hold of the owner (21.5 ms at most) is measured, and comes by log bytes.
 */
export const STALLS: Model["stalls"] = {
  post: COLLECTIONS,
  friend: COLLECTIONS,
  fanout: COLLECTIONS,
  timeline: COLLECTIONS,
  /** Segments that are rolled over, and Erlang's own collections. */
  broker: [stop(30, 10_000, 0.6)],
  /** A compaction slows what goes to all of the cluster; and now and then a replica is slow. */
  cql: [
    { everySeconds: 900, micros: { kind: "lognormal", mean: 30e6, sigma: 0.4 }, slowdown: 2 },
    stop(60, 15_000, 0.8),
  ],
  /** A sync that waits for others' writes: for all owners of the machine. */
  disk: [stop(60, 30_000, 0.8), stop(3_600, 400_000, 0.5)],
};

/** Assumed. */
export const FAULTS = {
  /** Deaths of each worker; what it held is delivered again. */
  workerDeathsADay: 2,
  workerRestartMs: 5_000,
  /** Of posts, those that an owner refuses each time: dead letters after the attempts below. */
  rejectedShare: 0,
};

/** What the services have as constants and defaults. */
export const SETTINGS = {
  /** platform/messaging/relay.ts, backoff.ts; rabbit/rabbit-publisher.ts. */
  relay: { batchItems: 500, unconfirmed: 256, backoffFirstMs: 50, backoffMaxMs: 5_000 },
  /** platform/storage/lmdb/group-commit.ts. */
  store: { busyCommits: 4, gatherMicros: 1_000, commitsPerGroup: 2_000 },
  /**
   * rabbit/topology.ts; embedded/local-queue.ts hands out so many at once, RabbitMQ one by one.
   */
  bus: { maxMessages: 10_000_000, messagesAtOnce: 256 },
  /** Calls of all processes that the CQL cluster works on at one time: assumed. */
  cql: { concurrent: 256 },
  /** fanout/config.ts, stages, domain/retry.ts. */
  fanout: {
    prefetch: 512,
    chunkPrefetch: 4,
    listsPerCall: MAX_BATCH_LIST_FRIENDS_USERS,
    callsInFlight: 4,
    callSpacingMs: 20,
    chunkCallsInFlight: 1,
    longListsInHand: 2,
    friendsPerChunk: MAX_FRIENDS_PER_CHUNK,
    entriesPerCall: 2_000,
    postsPerCall: MAX_APPEND_POSTS,
    callTimeoutMs: 5_000,
    backoffFirstMs: 50,
    backoffMaxMs: 10_000,
    messageAttempts: 5,
  },
  /** timeline/adapters/log: group-commit.ts, engines/embedded.ts; the hold as measured. */
  timeline: {
    fullGroupBytes: 32 * 1_024,
    logBytesPerEntry: 2.03,
    snapshotLogBytes: 128 * 1_024 * 1_024,
    snapshotHoldMicros: 21_500,
  },
};
