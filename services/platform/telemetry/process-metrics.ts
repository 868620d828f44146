import { statfs } from "node:fs/promises";
import { constants, monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { Counter } from "prom-client";
import { COUNTERS, GAUGES, HISTOGRAMS } from "../../model/metrics.ts";
import type { Metrics } from "./metrics.ts";

/** Each sample wakes the process: at 10 ms that was half of what one at rest cost. */
const EVENT_LOOP_RESOLUTION_MS = 100;

/** As `detail.kind` of a `gc` performance entry. */
const COLLECTIONS = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);
/** What its type leaves out. */
type CollectionEntry = PerformanceEntry & { readonly detail: { readonly kind: number } };

/**
 * Event-loop delay since the last scrape, garbage collections, memory, CPU of this process. Returns the way
 * to stop.
 */
export function watchProcess(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
  delay.enable();
  metrics.gauge(GAUGES.eventLoopLagP99, () => {
    // What is measured is the time between two samples.
    const lateMs = delay.percentile(99) / 1e6 - EVENT_LOOP_RESOLUTION_MS;
    delay.reset();
    return Math.max(0, lateMs / 1_000);
  });
  metrics.gauge(GAUGES.residentMemory, () => process.memoryUsage.rss());
  metrics.gauge(GAUGES.heapUsed, () => process.memoryUsage().heapUsed);
  metrics.gauge(GAUGES.externalMemory, () => process.memoryUsage().external);
  new Counter({
    ...COUNTERS.processCpuSeconds,
    registers: [metrics.registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  const collections = watchCollections(metrics);
  return () => {
    delay.disable();
    collections.disconnect();
  };
}

/** Before the folder is made there is nothing to say of it. */
export function watchFreeBytes(metrics: Metrics, folder: string): void {
  metrics.gauge(GAUGES.dataFreeBytes, async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  });
}

/** Most of a tail latency beside a busy event loop: nothing else runs meanwhile. */
function watchCollections(metrics: Metrics): PerformanceObserver {
  const family = metrics.histogram(HISTOGRAMS.collections);
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as CollectionEntry[]) {
      family.series(COLLECTIONS.get(detail.kind) ?? "other").observe(duration / 1_000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return observer;
}
