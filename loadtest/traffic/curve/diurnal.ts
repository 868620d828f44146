import { portable, solve } from "../../../population/portable.ts";

export const DAY_SECONDS = 86_400;
/** Sessions begin evenly within a slot; the rate steps from slot to slot. */
export const SLOT_SECONDS = 4;
export const SLOTS_A_DAY = DAY_SECONDS / SLOT_SECONDS;
/** The sum over the zones peaks at so many times its mean: the sizing of the design (section 7). */
export const PEAK_RATIO = 3;
/** Assumed: when people of one zone come most, by their own clocks. */
export const PEAK_LOCAL_HOUR = 20;
const MAX_CONCENTRATION = 50;

/** A zone, or several cells of one, as the curve sees it. */
export interface WeightedZone {
  readonly offsetHours: number;
  readonly weight: number;
}

/** Rate over mean, in one zone, by slot of the local day: exp(k cos t), of mean 1. */
export function localCurve(k: number): Float64Array {
  const peak = (PEAK_LOCAL_HOUR / 24) * SLOTS_A_DAY;
  const curve = Float64Array.from({ length: SLOTS_A_DAY }, (_, slot) =>
    Math.exp(k * Math.cos((2 * Math.PI * (slot + 0.5 - peak)) / SLOTS_A_DAY)),
  );
  const mean = curve.reduce((sum, value) => sum + value, 0) / SLOTS_A_DAY;
  return curve.map((value) => portable(value / mean));
}

/** The slot of the local day at a slot of the day in UTC; both may be any whole number. */
export function localSlot(slot: number, offsetHours: number): number {
  const local = (slot + (offsetHours * 3_600) / SLOT_SECONDS) % SLOTS_A_DAY;
  return local < 0 ? local + SLOTS_A_DAY : local;
}

/** Rate over mean of all zones together, by slot of the day in UTC. */
export function summedCurve(k: number, zones: readonly WeightedZone[]): Float64Array {
  const local = localCurve(k);
  const total = zones.reduce((sum, { weight }) => sum + weight, 0);
  return local.map((_, slot) =>
    zones.reduce(
      (sum, { offsetHours, weight }) =>
        sum + (weight / total) * local[localSlot(slot, offsetHours)],
      0,
    ),
  );
}

/**
 * The k at which the sum over these zones peaks at PEAK_RATIO: 1.761 for one zone, more for several,
 * whose evenings are not at once. Throws RangeError when they are too far apart.
 */
export function solveConcentration(zones: readonly WeightedZone[]): number {
  const peakAt = (k: number) => peakOf(zones, k);
  if (peakAt(MAX_CONCENTRATION) < PEAK_RATIO) {
    throw new RangeError(`zones too far apart for a peak of ${PEAK_RATIO} times the mean`);
  }
  return solve(PEAK_RATIO, 0, MAX_CONCENTRATION, peakAt);
}

/** The highest of the sum, looked for every ten minutes: it is flat there. */
function peakOf(zones: readonly WeightedZone[], k: number): number {
  const steps = 144;
  const curve = (hour: number) =>
    Math.exp(k * (Math.cos((2 * Math.PI * (hour - PEAK_LOCAL_HOUR)) / 24) - 1));
  let highest = 0;
  let [sum, total] = [0, 0];
  for (const { weight } of zones) total += weight;
  for (let step = 0; step < steps; step++) {
    const hour = (24 * step) / steps;
    let rate = 0;
    for (const { offsetHours, weight } of zones) rate += weight * curve(hour + offsetHours);
    highest = Math.max(highest, rate / total);
    sum += rate / total;
  }
  return (highest * steps) / sum;
}
