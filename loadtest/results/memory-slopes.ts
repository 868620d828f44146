import { median } from "../measure/median.ts";
import type { Resources } from "./resources.ts";

/** Fewer say nothing about a slope. */
const MIN_BINS = 5;
const MAX_BINS = 60;
const KIB_PER_MIB = 1_024;
const NAME = "memory_slope_kib_per_min";

/**
 * How fast memory grows, KiB a minute, by names that thresholds can use: `memory_slope_kib_per_min_timeline`
 * for each service (of several processes the steepest), and `memory_slope_kib_per_min` for the steepest of
 * all. A process that was not seen often enough has none.
 */
export function memorySlopes({ atSeconds, processes }: Resources): ReadonlyMap<string, number> {
  const slopes = new Map<string, number>();
  const steepest = (name: string, slope: number) =>
    slopes.set(name, Math.max(slope, slopes.get(name) ?? Number.NEGATIVE_INFINITY));
  for (const { label, residentMiB } of processes) {
    const slope = slopeOf(atSeconds, residentMiB);
    if (slope === undefined) continue;
    const kibPerMin = slope * KIB_PER_MIB * 60;
    steepest(NAME, kibPerMin);
    steepest(`${NAME}_${label.replace(/-\d+$/, "").replace(/\W/g, "_")}`, kibPerMin);
  }
  return slopes;
}

/**
 * The median of the slopes between all pairs of bins (Theil 1950, Sen 1968), of each bin its lowest: what
 * stays when garbage was collected. A single jump or a sample gone wrong does not move it.
 */
function slopeOf(x: readonly number[], y: readonly number[]): number | undefined {
  const bins = lowestOfBins(x, y);
  if (bins.length < MIN_BINS) return undefined;
  const slopes = bins.flatMap((one, i) =>
    bins.slice(i + 1).map((other) => (other.y - one.y) / (other.x - one.x)),
  );
  return median(slopes);
}

/** Samples in up to MAX_BINS groups of equal size; none of when the process was away. */
function lowestOfBins(x: readonly number[], y: readonly number[]) {
  const seen = x.flatMap((at, i) => (Number.isFinite(y[i]) ? [{ x: at, y: y[i] }] : []));
  const size = Math.ceil(seen.length / MAX_BINS);
  return Array.from({ length: Math.ceil(seen.length / (size || 1)) }, (_, bin) =>
    seen
      .slice(bin * size, (bin + 1) * size)
      .reduce((lowest, one) => (one.y < lowest.y ? one : lowest)),
  );
}
