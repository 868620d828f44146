import type { Metrics } from "../platform/telemetry/metrics.ts";
import type { CounterSeries } from "../platform/telemetry/series.ts";
import type { Checked } from "./host/limit-checks.ts";

/** Counts what this process decides for callers without leases. */
export function checkCounter(metrics: Metrics): (kind: Checked["kind"]) => CounterSeries {
  const checks = metrics.counter({
    name: "tidings_ratelimit_checks_total",
    help: "Decisions for callers that hold no leases, by outcome",
    labelNames: ["outcome"],
  });
  return (kind) => checks.series(kind);
}

/** How many leases this process holds itself, to decide for callers without. */
export function leaseGauge(metrics: Metrics, held: () => number): void {
  const help = "Leases that this process holds itself";
  metrics.gauge({ name: "tidings_ratelimit_leases", help }, held);
}
