import { constants, monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { Counter } from "prom-client";
import type { Metrics } from "./metrics.ts";

const EVENT_LOOP_RESOLUTION_MS = 10;

/** As `detail.kind` of a `gc` performance entry. */
const COLLECTIONS = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);
/** What its type leaves out. */
type CollectionEntry = PerformanceEntry & { readonly detail: { readonly kind: number } };
const COLLECTION_BOUNDS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

/**
 * Event-loop delay since the last scrape, garbage collections, memory, CPU of this process. Returns the way
 * to stop.
 */
export function watchProcess(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
  delay.enable();
  metrics.gauge(
    {
      name: "nodejs_eventloop_lag_p99_seconds",
      help: "Event-loop delay, p99 since the last scrape",
    },
    () => {
      const seconds = delay.percentile(99) / 1e9;
      delay.reset();
      return seconds;
    },
  );
  metrics.gauge({ name: "process_resident_memory_bytes", help: "Resident memory" }, () =>
    process.memoryUsage.rss(),
  );
  metrics.gauge(
    { name: "nodejs_heap_size_used_bytes", help: "Bytes in use on the JavaScript heap" },
    () => process.memoryUsage().heapUsed,
  );
  metrics.gauge(
    { name: "nodejs_external_memory_bytes", help: "Bytes of buffers outside the heap" },
    () => process.memoryUsage().external,
  );
  new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time of all threads, user and system",
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

/** Most of a tail latency beside a busy event loop: nothing else runs meanwhile. */
function watchCollections(metrics: Metrics): PerformanceObserver {
  const family = metrics.histogram({
    name: "nodejs_gc_duration_seconds",
    help: "Garbage collections, for which the event loop stood still",
    labelNames: ["kind"],
    bounds: COLLECTION_BOUNDS_SECONDS,
  });
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as CollectionEntry[]) {
      family.series(COLLECTIONS.get(detail.kind) ?? "other").observe(duration / 1_000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return observer;
}
