import { present } from "../../services/model/invariant.ts";
import { portable, solve } from "../portable.ts";
import { lognormalTable } from "./quantile-table.ts";

/** How often active people come, in equal shares of them, from the rarest to the most frequent. */
export interface Frequencies {
  /** Sessions a day, per share. */
  readonly sessionsADay: Float64Array;
  /** Sigma of the logarithm. */
  readonly spread: number;
  /** A share for 32 random bits, as often as its people come. */
  shareFor(bits: number): number;
  /** Mean sessions a day of those between two parts of the whole, 0 to 1. */
  meanBetween(from: number, to: number): number;
}

export const SHARES = 4_096;
const SHARE_BITS = 20;

/**
 * Lognormal with this mean, as uneven as it takes for `visitShare` of the active to come at least once
 * on a day: Poisson sessions, so exp(-rate) of the people of a rate stay away.
 */
export function createFrequencies(meanSessionsADay: number, visitShare: number): Frequencies {
  const ratesAt = (spread: number) => {
    const table = lognormalTable(meanSessionsADay, spread);
    return Float64Array.from({ length: SHARES }, (_, i) => portable(table.at(i << SHARE_BITS)));
  };
  const staying = (rates: Float64Array) =>
    rates.reduce((sum, rate) => sum + Math.exp(-rate), 0) / SHARES;
  const spread = solve(1 - visitShare, 0, 4, (candidate) => staying(ratesAt(candidate)));
  const sessionsADay = ratesAt(spread);
  return {
    sessionsADay,
    spread,
    shareFor: chooserOf(sessionsADay),
    meanBetween: meanOver(sessionsADay),
  };
}

function meanOver(rates: Float64Array): (from: number, to: number) => number {
  const sums = new Float64Array(SHARES + 1);
  for (let i = 0; i < SHARES; i++) sums[i + 1] = sums[i] + rates[i];
  const sumTo = (part: number) => {
    const share = Math.min(SHARES - 1, Math.trunc(part * SHARES));
    return sums[share] + (part * SHARES - share) * rates[share];
  };
  return (from, to) => (sumTo(to) - sumTo(from)) / ((to - from) * SHARES);
}

/** The alias method (Vose, 1991): a choice by weight is one look-up and one comparison. */
function chooserOf(weights: Float64Array): (bits: number) => number {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const left = weights.map((weight) => weight / mean);
  const limits = new Int32Array(weights.length).fill(2 ** SHARE_BITS);
  const others = Int32Array.from(weights, (_, i) => i);
  const small: number[] = [];
  const large: number[] = [];
  left.forEach((weight, i) => {
    (weight < 1 ? small : large).push(i);
  });
  while (small.length > 0 && large.length > 0) {
    const below = present(small.pop());
    const above = present(large.at(-1));
    limits[below] = Math.round(left[below] * 2 ** SHARE_BITS);
    others[below] = above;
    left[above] -= 1 - left[below];
    if (left[above] < 1) small.push(present(large.pop()));
  }
  return (bits) => {
    const share = bits >>> SHARE_BITS;
    return (bits & (2 ** SHARE_BITS - 1)) < limits[share] ? share : others[share];
  };
}
