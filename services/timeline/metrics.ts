import { type DegradedReason, degradedReasonToJSON } from "#gen/timeline/v1/timeline.ts";
import { lagHistogram, type Metrics } from "../platform/telemetry/metrics.ts";
import type { Fills } from "./domain/fill/fills.ts";
import type { FriendSets } from "./domain/friends/friend-sets.ts";
import type { Watchers } from "./domain/watch/watchers.ts";
import type { EntryStore, EntryStoreStats } from "./ports.ts";

type Gauge = readonly [name: string, help: string, read: () => number];

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
    ["fills_queued", "Fills that wait", () => fills.counts().queued],
    ["fills_running", "Fills at work", () => fills.counts().running],
    ["fills_failed", "Fills that wait for another try", () => fills.counts().failed],
    ["friend_sets", "Friend sets in memory", () => friendSets.count],
    ["friend_set_bytes", "Memory of friend sets", () => friendSets.bytes],
    ["watchers", "Open WatchTimeline streams", () => watchers.count],
  ];
  // Of whoever waits for quiet: a fill that failed will be tried again.
  metrics.gauge({ name: "tidings_pending_fills", help: "Fills not done" }, () => {
    const { queued, running, failed } = fills.counts();
    return queued + running + failed;
  });
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

/** Whatever numbers the store gives, by their names: slabBytes becomes store_slab_bytes. */
function storeGauges(store: EntryStore): Gauge[] {
  return Object.keys(store.stats()).map((key) => {
    const name = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const read = () => store.stats()[key as keyof EntryStoreStats];
    return [`store_${name}`, `The entry store's ${name.replaceAll("_", " ")}`, read];
  });
}
