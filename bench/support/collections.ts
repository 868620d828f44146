import { HISTOGRAMS } from "../../services/model/metrics.ts";

/** For how long a process has stood still for garbage collections until now, ms. */
export interface Collections {
  readonly minorMs: number;
  readonly majorMs: number;
}

/** As the process counts them itself. */
export async function collectionsOf(metricsUrl: string): Promise<Collections> {
  const text = await (await fetch(metricsUrl)).text();
  return { minorMs: sumOf(text, "minor"), majorMs: sumOf(text, "major") };
}

function sumOf(text: string, kind: string): number {
  const line = text
    .split("\n")
    .find(
      (one) => one.startsWith(`${HISTOGRAMS.collections.name}_sum{`) && one.includes(`"${kind}"`),
    );
  return Number(line?.split(" ").at(-1) ?? 0) * 1_000;
}
