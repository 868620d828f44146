import uPlot from "uplot";
import type { Unit } from "../quantities.ts";

/** From zero to a little above the highest. */
export function linearRange(_: uPlot, low: number | null, high: number | null): uPlot.Range.MinMax {
  const top = Math.max(high ?? 0, 0);
  const bottom = Math.min(low ?? 0, 0);
  return top === bottom ? [0, 1] : uPlot.rangeNum(bottom, top, 0.1, true);
}

/** Powers of ten; over few of them 2 and 5 times as much too. */
export function logarithmicSplits(_: uPlot, __: number, low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const between = to - from <= 2 ? [1, 2, 5] : [1];
  const splits: number[] = [];
  for (let power = from; power <= to; power++) {
    for (const times of between) splits.push(times * 10 ** power);
  }
  return splits.filter((split) => split >= low && split <= high);
}

/** Seconds, as clocks have them. */
const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
];
/** Whole numbers up to 10^12. */
const COUNT_STEPS = Array.from({ length: 13 }, (_, i) => [
  10 ** i,
  2 * 10 ** i,
  5 * 10 ** i,
]).flat();

/** What may lie between two ticks of the x axis. */
export function stepsOf(unit: Unit): number[] {
  return unit === "clock" || unit === "timeOfDay" ? TIME_STEPS : COUNT_STEPS;
}
