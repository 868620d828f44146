import { unit } from "../hash.ts";

/**
 * A distribution as the table of its quantiles: sampling is a look-up, without a logarithm that might
 * differ between machines.
 */
export interface QuantileTable {
  /** The value for 32 random bits. */
  at(bits: number): number;
}

const ENTRIES = 4_096;
/** The tail beyond is cut: one in 8,192. */
const LAST = 1 - 0.5 / ENTRIES;

/** Lognormal with this mean, which the finite table has too; `spread` is the sigma of its logarithm. */
export function lognormalTable(mean: number, spread: number): QuantileTable {
  const values = Float64Array.from({ length: ENTRIES }, (_, i) => {
    const share = Math.min((i + 0.5) / ENTRIES, LAST);
    return Math.exp(spread * normalQuantile(share));
  });
  const factor = mean / (values.reduce((sum, value) => sum + value, 0) / ENTRIES);
  return { at: (bits) => values[Math.trunc(unit(bits) * ENTRIES)] * factor };
}

/** A choice among weighted items, by index. Weights need no particular sum. */
export function choiceTable(weights: readonly number[]): (bits: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const ends = weights.map((weight) => {
    sum += weight;
    return sum / total;
  });
  return (bits) => {
    const at = ends.findIndex((end) => unit(bits) < end);
    return at < 0 ? weights.length - 1 : at;
  };
}

/** Abramowitz and Stegun 26.2.23, right to 4.5e-4: smooth, which is all that is asked of it. */
function normalQuantile(share: number): number {
  const t = Math.sqrt(-2 * Math.log(Math.min(share, 1 - share)));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  const z = t - above / below;
  return share < 0.5 ? -z : z;
}
