import type { CapacityStep } from "../capacity-result.ts";
import type { HeldStep } from "../capacity-target.ts";
import { shown } from "../loads.ts";

/** A core or a main thread used to this share has nothing left: what is missing went to the scheduler. */
const BUSY = 0.9;

/**
 * What had no more to give: main threads at a whole core, all cores together. A Node process does its work
 * on one thread, so that thread counts where it is known, and else the process as a whole.
 */
export function atLimitIn({ resources, measured }: HeldStep, cores?: number): readonly string[] {
  const busy = resources.processes.flatMap(({ label, cpuShare, mainThreadShare }) => {
    const share = typical(mainThreadShare ?? cpuShare);
    const what = mainThreadShare ? "its main thread used" : "it used";
    return share < BUSY ? [] : [`${label} (${what} ${percent(share)} of a core)`];
  });
  const target = resources.processes.reduce((sum, { cpuShare }) => sum + typical(cpuShare), 0);
  const generators = measured.machines.reduce((sum, { cpuShare }) => sum + cpuShare, 0);
  const isFull = cores !== undefined && target + generators >= BUSY * cores;
  return [
    ...busy,
    ...(isFull
      ? [
          `all ${cores} cores (the target at ${target.toFixed(2)}, the generators at ${generators.toFixed(2)})`,
        ]
      : []),
  ];
}

/** One sentence about the steps at a load that failed. */
export function whatSaturated(steps: readonly CapacityStep[], load: number, unit: string): string {
  const counts = new Map<string, { text: string; count: number }>();
  const failed = steps.filter((step) => step.load === load && step.outcome === "failed");
  for (const text of failed.flatMap(({ atLimit = [] }) => atLimit)) {
    const what = text.replace(/ (\(| rises).*$/, "$1");
    counts.set(what, { text, count: (counts.get(what)?.count ?? 0) + 1 });
  }
  const often = [...counts.values()].filter(({ count }) => count * 2 >= failed.length);
  const at = `At ${shown(load)} ${unit}`;
  if (often.length === 0) {
    const why = failed.at(-1)?.reasons[0];
    return `${at} no process and no queue was at its limit${why ? `; it failed by: ${why}` : "."}`;
  }
  return `${at} these were at their limit: ${often.map(({ text }) => text).join("; ")}.`;
}

/** The median: a sample in which it was away or still starting does not count for much. */
function typical(shares: readonly number[]): number {
  const known = shares.filter(Number.isFinite).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? 0;
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
