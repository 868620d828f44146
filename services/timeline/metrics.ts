import { type DegradedReason, degradedReasonToJSON } from "#gen/timeline/v1/timeline.ts";
import {
  COUNTERS,
  GAUGES,
  type MetricDefinition,
  STORE_GAUGES,
  STORE_NUMBERS,
} from "../model/metrics.ts";
import { lagHistogram, type Metrics } from "../platform/telemetry/metrics.ts";
import type { ColdScroll } from "./domain/cold/cold-scroll.ts";
import type { Fills } from "./domain/fill/fills.ts";
import type { FriendSets } from "./domain/friends/friend-sets.ts";
import type { RecentPosts } from "./domain/recent/recent-posts.ts";
import type { Watchers } from "./domain/watch/watchers.ts";
import type { EntryStore } from "./ports.ts";

/** Gauges of the recent index, when there is one. */
export function indexMetrics(metrics: Metrics, recent: RecentPosts): void {
  const gauges: readonly Gauge[] = [
    [GAUGES.indexPosts, () => recent.stats().posts],
    [GAUGES.indexAuthors, () => recent.stats().authors],
    [GAUGES.indexBytes, () => recent.stats().bytes],
    [GAUGES.indexSpanSeconds, () => recent.stats().spanMs / 1_000],
    [GAUGES.indexLagSeconds, () => recent.behindMs / 1_000],
    [GAUGES.logWriters, () => recent.tellingCount],
  ];
  for (const [definition, read] of gauges) metrics.gauge(definition, read);
  // While the post service does not answer, nobody knows.
  metrics.gauge(GAUGES.pendingIndexRows, () => recent.pendingRows().catch(() => Number.NaN));
}

/** Gauges of the cold scroll; gives what is to be told of each slice. */
export function coldMetrics(
  metrics: Metrics,
  stats: () => ReturnType<ColdScroll["stats"]>,
): (entries: number, tookMs: number) => void {
  metrics.gauge(GAUGES.coldRunning, () => stats().running);
  metrics.gauge(GAUGES.coldQueued, () => stats().queued);
  metrics.gauge(GAUGES.coldBytes, () => stats().bytes);
  const slices = metrics.counter(COUNTERS.coldSlices).series();
  const entries = metrics.counter(COUNTERS.coldEntries).series();
  const seconds = metrics.counter(COUNTERS.coldSeconds).series();
  return (count, tookMs) => {
    slices.add();
    entries.add(count);
    seconds.add(tookMs / 1_000);
  };
}

type Gauge = readonly [definition: MetricDefinition, read: () => number];

interface Watched {
  readonly store: EntryStore;
  readonly fills: Fills;
  readonly friendSets: FriendSets;
  readonly watchers: Watchers;
}

/** Gauges of everything that is bounded by configuration, and what the handlers tell by themselves. */
export function timelineMetrics(metrics: Metrics, watched: Watched) {
  const { store, fills, friendSets, watchers } = watched;
  const gauges: readonly Gauge[] = [
    ...storeGauges(store),
    [GAUGES.fillsQueued, () => fills.counts().queued],
    [GAUGES.fillsRunning, () => fills.counts().running],
    [GAUGES.fillsFailed, () => fills.counts().failed],
    [GAUGES.friendSets, () => friendSets.count],
    [GAUGES.friendSetBytes, () => friendSets.bytes],
    [GAUGES.watchers, () => watchers.count],
  ];
  // Of whoever waits for quiet: a fill that failed will be tried again.
  metrics.gauge(GAUGES.pendingFills, () => {
    const { queued, running, failed } = fills.counts();
    return queued + running + failed;
  });
  for (const [definition, read] of gauges) metrics.gauge(definition, read);
  const degraded = metrics.counter(COUNTERS.degradedPages);
  return {
    lag: lagHistogram(metrics),
    onDegraded: (reasons: readonly DegradedReason[]) => {
      for (const reason of reasons) degraded.series(degradedReasonToJSON(reason)).add();
    },
  };
}

function storeGauges(store: EntryStore): Gauge[] {
  return STORE_NUMBERS.filter((number) => store.stats()[number] !== undefined).map((number) => [
    STORE_GAUGES[number],
    () => store.stats()[number] ?? 0,
  ]);
}
