import { COUNTERS } from "../model/metrics.ts";
import type { ReadsKnown } from "../model/pulled/cheaper-pulled.ts";
import { shardOf } from "../model/shards.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import type { TimelineConfig } from "./config.ts";
import { COLD_TIMES, ColdScroll } from "./domain/cold/cold-scroll.ts";
import type { Fills } from "./domain/fill/fills.ts";
import type { FriendSets } from "./domain/friends/friend-sets.ts";
import { LapseSweeper, type LapseSweeperDeps } from "./domain/lapse/lapse-sweeper.ts";
import type { PageReads } from "./domain/page/pulled/page-reads.ts";
import type { RecentPosts } from "./domain/recent/recent-posts.ts";
import type { Watchers } from "./domain/watch/watchers.ts";
import type { ShardMoves } from "./engines/engine.ts";
import { coldMetrics } from "./metrics.ts";
import type { EntryStore, PostSource } from "./ports.ts";

const MIB = 1_024 * 1_024;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const UNTOLD_KEPT_MS = 30_000;

export interface Told {
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** What is older than the index comes from the posts. */
export function startCold(
  config: TimelineConfig,
  posts: PostSource,
  { clock, metrics }: Told,
): ColdScroll {
  // Without an index nobody tells of what changes in a slice.
  const keptMs = config.indexMib === 0 ? UNTOLD_KEPT_MS : COLD_TIMES.keptMs;
  const cold = new ColdScroll(
    { posts, clock, onSlice: coldMetrics(metrics, () => cold.stats()) },
    {
      ...COLD_TIMES,
      keptMs,
      maxBytes: config.coldMib * MIB,
      maxRunning: config.coldRunning,
      maxQueued: config.coldQueued,
      waitMs: config.coldWaitMs,
    },
  );
  return cold;
}

/** Ends the timelines of those who do not read; not started yet. */
export function createSweeper(
  config: Pick<TimelineConfig, "lapseAfterMs">,
  { metrics, log, ...deps }: LapseSweeperDeps & Told & { readonly log: Logger },
): LapseSweeper {
  const lapsed = metrics.counter(COUNTERS.lapsedTimelines).series();
  const told = {
    onLapsed: (count: number) => lapsed.add(count),
    onFailure: (err: unknown) =>
      log.warn({ err }, "idle timelines could not be ended, will be again"),
  };
  const times = { afterDays: Math.floor(config.lapseAfterMs / DAY_MS), everyMs: HOUR_MS };
  return new LapseSweeper({ ...deps, ...told }, times);
}

/** Undefined in the first hour. */
export function readsOf(pages: PageReads, store: EntryStore, clock: Clock): ReadsKnown | undefined {
  const { viewers } = store.stats();
  const pagesADay = pages.aDay(viewers, clock.monotonicMs());
  return pagesADay === undefined ? undefined : { pagesADay, viewers };
}

interface MovesHeard {
  /** Undefined: pages are read without one. */
  readonly index: Pick<RecentPosts, "took"> | undefined;
  readonly friendSets: Pick<FriendSets, "forgetWhere">;
  readonly fills: Pick<Fills, "cancelWhere">;
  readonly watchers: Pick<Watchers, "stopWhere">;
}

/** What the service does when shards come or go. */
export function movesOf({ index, friendSets, fills, watchers }: MovesHeard): ShardMoves {
  return {
    took: (shards) => index?.took(shards),
    moved: (shards) => {
      const those = new Set(shards);
      const isMoved = (viewer: bigint) => those.has(shardOf(viewer));
      friendSets.forgetWhere(isMoved);
      fills.cancelWhere(isMoved);
      watchers.stopWhere(isMoved);
    },
  };
}
