import { MAX_APPEND_MESSAGE_BYTES } from "../model/limits.ts";
import { answerSteps, type NoteStep, notedIn, PostSteps, STEPS_PATH } from "../model/post-steps.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import {
  connectSources,
  type SourceOverrides,
  type Sources,
} from "./adapters/grpc/connect-sources.ts";
import type { TimelineConfig } from "./config.ts";
import { createSweeper, movesOf, readsOf, startCold, type Told } from "./create-parts.ts";
import { followIntervals, startRecent } from "./create-recent.ts";
import { startUntold } from "./create-untold.ts";
import type { ColdScroll } from "./domain/cold/cold-scroll.ts";
import { Fills } from "./domain/fill/fills.ts";
import { createPace } from "./domain/fill/rebuild-pace.ts";
import { followingBehind } from "./domain/friends/friend-changes.ts";
import { FriendSets } from "./domain/friends/friend-sets.ts";
import { pageSources } from "./domain/page/page-sources.ts";
import { PageReads } from "./domain/page/pulled/page-reads.ts";
import type { RecentPosts } from "./domain/recent/recent-posts.ts";
import { RecentPull } from "./domain/recent/recent-pull.ts";
import { PulledWatch } from "./domain/watch/pulled-watch.ts";
import { TracedPosts } from "./domain/watch/traced-posts.ts";
import { Watchers } from "./domain/watch/watchers.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded, staticEngine } from "./engines/embedded.ts";
import type { Engine } from "./engines/engine.ts";
import { type TimelineDeps, timelineService } from "./implementation.ts";
import { timelineMetrics } from "./metrics.ts";
import type { EntryStore, Ownership, PulledIntervals } from "./ports.ts";

export interface TimelineOverrides extends SourceOverrides {
  readonly log: Logger;
  readonly store?: EntryStore;
  readonly ownership?: Ownership;
  readonly join?: Engine["join"];
  readonly intervals?: PulledIntervals;
}

export interface TimelineService extends ServedGrpc {
  readonly store: EntryStore;
  /** Resolves when no fill is waiting or running, and the recent index has all of the post log. */
  settle(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 5_000;
const MIB = 1_024 * 1_024;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
const MAX_FAILED_FILLS = 100_000;
/** Rebuilds are asked for by operators, perhaps one after another for everybody. */
const REBUILD_PACE = { maxRunning: 4, maxQueued: 100, spacingMs: 5 };
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the timeline service. */
export async function createTimelineService(
  config: TimelineConfig,
  overrides: TimelineOverrides,
): Promise<TimelineService> {
  const { log, clock = systemClock } = overrides;
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "timeline", config, log });
  const metrics = createMetrics("timeline", tracer);
  const credentials = await openCredentials(starting, {
    service: "timeline",
    ...{ config, log, metrics, clock },
  });
  const sources = starting.adopt(
    connectSources(config, overrides, { log, metrics, credentials }),
    (all) => all.close(),
  );
  const reached = sources.reached();
  let bound: string | undefined;
  const boundAddress = () => bound;
  const opened = overrides.store
    ? staticEngine(config, { boundAddress }, overrides.store)
    : await ENGINES[config.engine](config, { log, clock, metrics, boundAddress });
  const engine = starting.adopt(opened, (one) => one.close());
  const { store } = engine;
  const ownership = overrides.ownership ?? engine.ownership;
  const pageReads = new PageReads(clock.monotonicMs());
  const cold = startCold(config, sources.scrolled, { clock, metrics });
  const intervals =
    overrides.intervals ??
    followIntervals(config, {
      ...{ log, clock, metrics, credentials, starting },
      reads: () => readsOf(pageReads, store, clock),
      onChanged: (before) => pulledWatch.tableRead(before),
    });
  const friendSets = new FriendSets(sources.friends, config.friendSetMib * MIB);
  const pulledWatch: PulledWatch = new PulledWatch(friendSets, intervals, store);
  const told = { cold, pulledWatch };
  const recent = startRecent(config, sources.postLog, { log, clock, metrics, ...told });
  if (recent) starting.defer(() => recent.close());
  const steps = new PostSteps(clock.nowMs());
  const built = buildDeps(config, {
    noteStep: notedIn(steps, clock),
    tracedPosts: tracer && new TracedPosts(tracer),
    ...{ ...sources, store, recent, cold, ownership, clock, log, metrics },
    ...{ intervals, friendSets, pulledWatch },
    onPage: pageReads.note,
  });
  const untold = startUntold({ ...built, metrics });
  starting.defer(() => untold.close());
  const deps = { ...built, untold };
  starting.defer(() => deps.fills.close());
  starting.defer(() => cold.close());
  const parts = { ...deps, metrics };
  const sweeper = starting.adopt(createSweeper(config, parts), (one) => one.close());
  await reached;
  const served = await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    clock,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    maxMessageBytes: MAX_APPEND_MESSAGE_BYTES,
    pages: { [STEPS_PATH]: (query) => answerSteps(steps, query) },
    services: [timelineService(deps)],
    leave: engine.leave,
    endStreams: () => deps.watchers.close(),
  });
  bound = served.address;
  await using joining = new AsyncDisposableStack();
  joining.defer(served.close);
  await (overrides.join ?? engine.join)(movesOf(deps));
  joining.move();
  sweeper.start();
  const settle = async () => {
    await deps.fills.settled();
    await recent?.through();
  };
  return { ...served, store, settle };
}

interface Parts extends Omit<Sources, "reached" | "close">, Told {
  readonly store: EntryStore;
  readonly recent: RecentPosts | undefined;
  readonly cold: ColdScroll;
  readonly intervals: PulledIntervals;
  readonly friendSets: FriendSets;
  readonly pulledWatch: PulledWatch;
  readonly ownership: Ownership;
  readonly onPage: () => void;
  readonly noteStep: NoteStep;
  readonly tracedPosts: TracedPosts | undefined;
  readonly log: Logger;
}

function buildDeps(config: TimelineConfig, parts: Parts): TimelineDeps {
  const { store, clock, posts, intervals, friendSets } = parts;
  const { ringEntries, maxKeptFriends } = config;
  const recentPull = parts.recent && new RecentPull(parts.recent, clock, ringEntries + 1);
  const filling = {
    ...{ store, friendSets, posts, recent: recentPull, intervals, clock },
    ...{ ringEntries, maxKeptFriends, random: Math.random },
  };
  const fills = new Fills(filling, {
    maxRunning: config.fillsRunning,
    maxQueued: config.fillsQueued,
    maxFailed: MAX_FAILED_FILLS,
    firstRetryMs: FIRST_RETRY_MS,
    maxRetryMs: MAX_RETRY_MS,
  });
  // A fill may make a whole ring readable at once.
  const maxBuffered = ringEntries + config.watchBuffered;
  const watchers = new Watchers(store, parts.pulledWatch, {
    maxWatchers: config.watchers,
    maxBuffered,
  });
  const watched = { store, fills, friendSets, watchers };
  return {
    ...parts,
    sources: pageSources(store, {
      ...{ intervals, recent: parts.recent, slow: parts.cold, maxKeptFriends },
      arriving: friendSets.arriving,
    }),
    ...watched,
    behind: followingBehind(filling, fills, parts.log),
    paceRebuild: createPace(REBUILD_PACE),
    ...timelineMetrics(parts.metrics, watched),
    recent: recentPull,
    index: parts.recent,
    intervals,
    ringEntries,
    maxKeptFriends,
    waitMs: config.pageWaitMs,
    rankTimeoutMs: config.rankTimeoutMs,
    maxAgeMs: config.watchAgeMs,
  };
}
