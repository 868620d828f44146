import { HISTOGRAMS } from "../../services/model/metrics.ts";
import { valueIn } from "../../services/platform/telemetry/read-exposition.ts";

/** For how long a process has stood still for garbage collections until now, ms. */
export interface Collections {
  readonly minorMs: number;
  readonly majorMs: number;
}

/** As the process counts them itself. */
export async function collectionsOf(metricsUrl: string): Promise<Collections> {
  const text = await (await fetch(metricsUrl)).text();
  const msOf = (kind: string) =>
    (valueIn(text, `${HISTOGRAMS.collections.name}_sum`, { kind }) || 0) * 1_000;
  return { minorMs: msOf("minor"), majorMs: msOf("major") };
}
