import { type Histogram, newHistogram, record } from "../../measure/histogram.ts";

/** ghz keeps the details of a million calls and takes its percentiles from those alone. */
export const MAX_CALLS = 1_000_000;

/** What ghz measured. It knows no intended time, so these are service times and nothing else. */
export interface GhzResult {
  readonly calls: number;
  readonly seconds: number;
  /** Of calls with status OK, us, from ghz's own details of each. */
  readonly service: Histogram;
  /** Calls by status name, as ghz writes it. */
  readonly statuses: ReadonlyMap<string, number>;
}

interface GhzJson {
  readonly count: number;
  readonly total: number;
  readonly statusCodeDistribution: Readonly<Record<string, number>> | null;
  readonly details: readonly { readonly latency: number; readonly status: string }[] | null;
}

/** Reads what `ghz -O json` wrote; times in it are nanoseconds. Throws when calls are missing. */
export function readGhz(json: string): GhzResult {
  const { count, total, statusCodeDistribution, details } = JSON.parse(json) as GhzJson;
  if ((details?.length ?? 0) !== count) {
    throw new Error(
      `ghz made ${count} calls and has details of ${details?.length ?? 0}: stay below ${MAX_CALLS} a step.`,
    );
  }
  const service = newHistogram();
  for (const { latency, status } of details ?? []) {
    if (status === "OK") record(service, latency / 1000);
  }
  return {
    calls: count,
    seconds: total / 1e9,
    service,
    statuses: new Map(Object.entries(statusCodeDistribution ?? {})),
  };
}
