import { keyOf, mix } from "../../population/hash.ts";

/** B against A over pairs. */
export interface Comparison {
  /** Geometric mean of B over A. */
  readonly ratio: number;
  /** It lies between these with a confidence of 1 - level. */
  readonly low: number;
  readonly high: number;
  /** Two-sided. */
  readonly p: number;
  /** Of the logarithm of B over A, from pair to pair: one standard deviation. */
  readonly spread: number;
}

export interface CompareSamplesOptions {
  readonly seed: number;
  readonly level: number;
}

/** Fewer pairs can't tell much of anything apart: five never reach 5%, whatever they show. */
export const LEAST_PAIRS = 8;
/** Up to here all 2^n ways to flip the pairs are looked at; beyond, so many random ones. */
const MOST_EXACT_PAIRS = 16;
const RANDOM_FLIPS = 20_000;
const FLIPS_KEY = 0x666c6970;

/**
 * Compares runs in pairs, a[i] and b[i] having run one right after the other. Were B the same as A, which
 * of a pair is which would be a coin's choice, so every way of swapping pairs is equally likely: the
 * permutation test (Fisher 1935; Pitman 1937) of the mean logarithm of the ratios. It needs no
 * distribution of the noise. A drift over hours is the same for both of a pair; what is left of it within
 * one is balanced by the order of runs (see interleave), and can only make the test say less.
 * The interval holds every ratio that the same test would not refuse: it lies between two of the means of
 * all subsets of the pairs (Hartigan, Using subsample values as typical values, 1969), and excludes 1
 * exactly when p is at most the level.
 * Power, at 5% and 80 of 100: 10% are found with 8 pairs when single runs differ by 5%, with 20 when by
 * 10%; see pairsFor. Throws a RangeError for fewer than eight pairs, and for what is not above 0.
 */
export function compareSamples(
  a: readonly number[],
  b: readonly number[],
  { seed, level }: CompareSamplesOptions,
): Comparison {
  const logs = logRatios(a, b);
  const means = (logs.length <= MOST_EXACT_PAIRS ? allMeans(logs) : someMeans(logs, seed)).sort();
  const ways = means.length + 1; // swapping no pair is one of them
  const least = Math.floor((level / 2) * ways);
  if (least < 1) {
    throw new RangeError(`level: ${level} is below what ${logs.length} pairs can reach.`);
  }
  const notAbove = 1 + means.filter((mean) => mean <= 0).length;
  const notBelow = 1 + means.filter((mean) => mean >= 0).length;
  const mean = meanOf(logs);
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  return {
    ratio: Math.exp(mean),
    low: Math.exp(means[least - 1]),
    high: Math.exp(means[means.length - least]),
    p: Math.min(1, (2 * Math.min(notAbove, notBelow)) / ways),
    spread: Math.sqrt(squares / (logs.length - 1)),
  };
}

function logRatios(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length !== b.length) {
    throw new RangeError(`${a.length} runs of a and ${b.length} of b are no pairs: give as many.`);
  }
  if (a.length < LEAST_PAIRS) {
    throw new RangeError(`pairs: ${a.length} are too few; give at least ${LEAST_PAIRS}.`);
  }
  const wrong = [...a, ...b].find((value) => !(value > 0 && Number.isFinite(value)));
  if (wrong !== undefined) {
    throw new RangeError(`${wrong} has no ratio: values must be above 0.`);
  }
  return a.map((value, i) => Math.log(b[i] / value));
}

/** The mean of every subset but the empty one. */
function allMeans(logs: readonly number[]): Float64Array {
  const subsets = 2 ** logs.length;
  const sums = new Float64Array(subsets);
  const sizes = new Uint8Array(subsets);
  logs.forEach((log, i) => {
    const bit = 2 ** i;
    for (let rest = 0; rest < bit; rest++) {
      sums[bit + rest] = sums[rest] + log;
      sizes[bit + rest] = sizes[rest] + 1;
    }
  });
  return sums.map((sum, subset) => sum / sizes[subset]).subarray(1);
}

/** The means of random subsets: a bit of chance a pair, 32 of them at once. */
function someMeans(logs: readonly number[], seed: number): Float64Array {
  const key = keyOf(seed, FLIPS_KEY);
  const means = new Float64Array(RANDOM_FLIPS);
  let draws = 0;
  for (let made = 0; made < RANDOM_FLIPS; ) {
    let sum = 0;
    let size = 0;
    let bits = 0;
    for (let i = 0; i < logs.length; i++) {
      bits = i % 32 === 0 ? mix(key + draws++) : bits >>> 1;
      if ((bits & 1) === 0) continue;
      sum += logs[i];
      size++;
    }
    if (size > 0) means[made++] = sum / size;
  }
  return means;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
