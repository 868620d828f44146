import { GROWTH_COUNTERS, GROWTH_GAUGES } from "../../services/model/metrics/growth.ts";
import { SHARED_QUOTA_LEASES } from "../../services/model/metrics/ratelimit.ts";
import {
  COUNTERS,
  GAUGES,
  HISTOGRAMS,
  type MetricDefinition,
  STORE_GAUGES,
} from "../../services/model/metrics.ts";

const ALL_GAUGES = { ...GAUGES, ...STORE_GAUGES, ...GROWTH_GAUGES, SHARED_QUOTA_LEASES };
const ALL_COUNTERS = { ...COUNTERS, ...GROWTH_COUNTERS };
const ALL = { ...ALL_COUNTERS, ...ALL_GAUGES, ...HISTOGRAMS };

/** The name of every metric that a process of the mesh can have. */
export type MetricName = (typeof ALL)[keyof typeof ALL]["name"];

export interface Metric extends MetricDefinition {
  readonly name: MetricName;
  readonly type: "counter" | "gauge" | "histogram";
}

/** All metrics, each with its type, in the order of their names. */
export const METRICS: readonly Metric[] = [
  ...Object.values(ALL_COUNTERS).map((one) => ({ ...one, type: "counter" as const })),
  ...Object.values(ALL_GAUGES).map((one) => ({ ...one, type: "gauge" as const })),
  ...Object.values(HISTOGRAMS).map((one) => ({ ...one, type: "histogram" as const })),
].sort((a, b) => a.name.localeCompare(b.name, "en"));
