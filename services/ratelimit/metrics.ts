import { COUNTERS, GAUGES } from "../model/metrics.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import type { CounterSeries } from "../platform/telemetry/series.ts";
import type { Checked } from "./host/limit-checks.ts";

/** Counts what this process decides for callers without leases. */
export function checkCounter(metrics: Metrics): (kind: Checked["kind"]) => CounterSeries {
  const checks = metrics.counter(COUNTERS.rateChecks);
  return (kind) => checks.series(kind);
}

/** How many leases this process holds itself, to decide for callers without. */
export function leaseGauge(metrics: Metrics, held: () => number): void {
  metrics.gauge(GAUGES.rateLeases, held);
}
