import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter } from "prom-client";
import type { Metrics } from "./metrics.ts";

const EVENT_LOOP_RESOLUTION_MS = 10;

/** Event-loop delay since the last scrape, memory, CPU of this process. Returns the way to stop. */
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
  return () => delay.disable();
}
