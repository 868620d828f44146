import type { ComparedPair, CompareMetric, CompareResult, Variant } from "./compare-result.ts";
import { LEAST_PAIRS } from "./compare-samples.ts";
import { interleave } from "./interleave.ts";
import { judgeMetrics } from "./judge-metrics.ts";

/** What one run gave. */
export interface Sample {
  readonly values: Readonly<Record<string, number>>;
  /** Why it is none, as when the run was INVALID; its pair is made again. */
  readonly unusable?: string | undefined;
}

export interface CompareOptions {
  /** What was typed, and when; for the result. */
  readonly command: string;
  readonly startedAt: string;
  /** What the variants are called. */
  readonly a: string;
  readonly b: string;
  readonly metrics: readonly CompareMetric[];
  /** Fixed before the first: to look after each and stop when it pleases finds whatever one looks for. */
  readonly pairs: number;
  readonly seed: number;
  readonly level: number;
  readonly relevant: number;
  /** Runs in all that may be no samples. */
  readonly mostUnusable: number;
  /** Called after every run, with how many pairs are whole. */
  readonly onRun?: ((variant: Variant, sample: Sample, wholePairs: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const COMPARE_DEFAULTS = {
  pairs: LEAST_PAIRS,
  seed: 1,
  level: 0.05,
  relevant: 0.1,
  mostUnusable: 8,
} as const satisfies Partial<CompareOptions>;

export type CompareRequest = Omit<CompareOptions, keyof typeof COMPARE_DEFAULTS> &
  Partial<CompareOptions>;

/**
 * Runs two variants in interleaved pairs and says whether B differs from A. Never rejects because of a
 * run: the pairs until then are the result, and `ended` says why. Throws a RangeError for impossible
 * options.
 */
export async function compareVariants(
  measure: (variant: Variant, pair: number) => Promise<Sample>,
  request: CompareRequest,
): Promise<CompareResult> {
  const options: CompareOptions = { ...COMPARE_DEFAULTS, ...request };
  check(options);
  const pairs: ComparedPair[] = [];
  const unusable: { variant: Variant; why: string }[] = [];
  let ended: string | undefined;
  const run = async (variant: Variant) => {
    if (options.signal?.aborted) throw new Error("It was interrupted.");
    const sample = await measure(variant, pairs.length);
    if (options.signal?.aborted) throw new Error("It was interrupted.");
    options.onRun?.(variant, sample, pairs.length);
    if (sample.unusable === undefined) return checked(sample, variant, options);
    unusable.push({ variant, why: sample.unusable });
    if (unusable.length <= options.mostUnusable) return undefined;
    throw new Error(
      `${unusable.length} runs were no samples, the last because: ${sample.unusable}`,
    );
  };
  try {
    for (const order of interleave(options.pairs, options.seed)) {
      let pair: ComparedPair | undefined;
      while (!pair) pair = await makePair(order, run);
      pairs.push(pair);
    }
  } catch (error) {
    ended = (error as Error).message;
  }
  return resultOf(options, pairs, unusable, ended);
}

async function makePair(
  order: ComparedPair["order"],
  run: (variant: Variant) => Promise<Sample["values"] | undefined>,
): Promise<ComparedPair | undefined> {
  const [first, second] = order === "AB" ? (["a", "b"] as const) : (["b", "a"] as const);
  const one = await run(first);
  const other = one && (await run(second));
  if (!other) return undefined;
  return first === "a" ? { order, a: one, b: other } : { order, a: other, b: one };
}

function checked({ values }: Sample, variant: Variant, { metrics }: CompareOptions) {
  const missing = metrics.find(({ name }) => !Number.isFinite(values[name]));
  if (!missing) return values;
  const known = Object.keys(values).join(", ") || "nothing";
  throw new Error(`A run of ${variant} has no ${missing.name}; it has ${known}.`);
}

function resultOf(
  options: CompareOptions,
  pairs: readonly ComparedPair[],
  unusable: CompareResult["unusable"],
  ended: string | undefined,
): CompareResult {
  const { command, startedAt, a, b, seed, level, relevant } = options;
  const metrics = judgeMetrics(pairs, options.metrics, options);
  const few = `${pairs.length} whole pairs say nothing; it takes at least ${LEAST_PAIRS}.`;
  const summary = [
    `B is ${b}, A is ${a}; ${pairs.length} interleaved pairs of runs.`,
    ...(metrics.length === 0 ? [few] : metrics.map(({ text }) => text)),
    ...(unusable.length > 0 ? [`${unusable.length} runs were no samples, and made again.`] : []),
    ...(ended === undefined ? [] : [`It ended before its time. ${ended}`]),
  ];
  const result = { command, startedAt, a, b, seed, level, relevant, pairs, unusable, metrics };
  return { kind: "compare", version: 1, ...result, ended, summary };
}

/** Throws a RangeError that names what is wrong. */
function check({ pairs, level, relevant, metrics, mostUnusable }: CompareOptions): void {
  const between = (name: string, value: number, least: number, most: number) => {
    if (value >= least && value <= most) return;
    throw new RangeError(`${name}: ${value} is impossible; give ${least} to ${most}.`);
  };
  between("pairs", pairs, LEAST_PAIRS, 1_000);
  between("level", level, 0.01, 0.2);
  between("relevant", relevant, 0.001, 1);
  between("mostUnusable", mostUnusable, 0, 1_000);
  if (metrics.length === 0) throw new RangeError("metrics: there is none; name at least one.");
  // The clearest result that so many pairs can give has p = 2 / 2^pairs.
  const most = Math.floor(level * 2 ** (pairs - 1));
  if (metrics.length <= most) return;
  throw new RangeError(
    `metrics: ${metrics.length} with ${pairs} pairs could never be told apart at ${level}; give more pairs, or at most ${most}.`,
  );
}
