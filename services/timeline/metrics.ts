import { type DegradedReason, degradedReasonToJSON } from "#gen/timeline/v1/timeline.ts";
import { lagHistogram, type Metrics } from "../platform/telemetry/metrics.ts";
import type { Fills } from "./domain/fill/fills.ts";
import type { FriendSets } from "./domain/friends/friend-sets.ts";
import type { RecentReads } from "./domain/ranking/recent-reads.ts";
import type { Watchers } from "./domain/watch/watchers.ts";
import type { EntryStore } from "./ports.ts";

interface Watched {
  readonly store: EntryStore;
  readonly fills: Fills;
  readonly friendSets: FriendSets;
  readonly watchers: Watchers;
  readonly recentReads: RecentReads;
}

/** Gauges of everything that is bounded by configuration, and what the handlers tell by themselves. */
export function timelineMetrics(metrics: Metrics, watched: Watched) {
  const { store, fills, friendSets, watchers, recentReads } = watched;
  const gauges: readonly (readonly [string, string, () => number])[] = [
    ["active_viewers", "Viewers who get deliveries", () => store.stats().viewers],
    ["entries", "Entries in memory", () => store.stats().entries],
    ["fills_queued", "Fills that wait", () => fills.counts().queued],
    ["fills_running", "Fills at work", () => fills.counts().running],
    ["fills_failed", "Fills that wait for another try", () => fills.counts().failed],
    ["friend_sets", "Friend sets in memory", () => friendSets.count],
    ["friend_set_bytes", "Memory of friend sets", () => friendSets.bytes],
    ["recent_read_bytes", "Memory of the counters of recent reads", () => recentReads.bytes],
    ["watchers", "Open WatchTimeline streams", () => watchers.count],
  ];
  for (const [name, help, read] of gauges) {
    metrics.gauge({ name: `tidings_timeline_${name}`, help }, read);
  }
  const degraded = metrics.counter({
    name: "tidings_timeline_degraded_pages_total",
    help: "Pages that name something as missing",
    labelNames: ["reason"],
  });
  return {
    lag: lagHistogram(metrics),
    onDegraded: (reasons: readonly DegradedReason[]) => {
      for (const reason of reasons) degraded.series(degradedReasonToJSON(reason)).add();
    },
  };
}
