export type Variant = "a" | "b";

/** B against A. Of what should be high, as a rate, "faster" is more. */
export type CompareVerdict = "faster" | "slower" | "no difference seen" | "inconclusive";

/** A quantity that every run of a comparison gives one number of. */
export interface CompareMetric {
  /** As "p99(timeline.get)". */
  readonly name: string;
  readonly better: "lower" | "higher";
}

/** One run of each, one right after the other. */
export interface ComparedPair {
  /** Which ran first. */
  readonly order: "AB" | "BA";
  readonly a: Readonly<Record<string, number>>;
  readonly b: Readonly<Record<string, number>>;
}

/** What all pairs say about one metric. */
export interface ComparedMetric extends CompareMetric {
  /** B over A, the geometric mean of the pairs; undefined when a value was not above 0. */
  readonly ratio?: number;
  /** The ratio lies between these at the confidence of the comparison. */
  readonly low?: number;
  readonly high?: number;
  /** Chance of a difference at least so clear between a thing and itself. */
  readonly p?: number;
  /** The same with several metrics to find one in (Holm). The verdict is by this. */
  readonly adjustedP?: number;
  readonly verdict: CompareVerdict;
  /** All of it in a sentence. */
  readonly text: string;
}

/** A comparison of two variants over interleaved pairs of runs. JSON as it is. */
export interface CompareResult {
  readonly kind: "compare";
  readonly version: 1;
  readonly command: string;
  readonly startedAt: string;
  /** What was compared, as a person calls it. */
  readonly a: string;
  readonly b: string;
  readonly seed: number;
  /** Chance of calling any of the metrics different when all are the same. */
  readonly level: number;
  /** A difference below this share does not matter. */
  readonly relevant: number;
  readonly pairs: readonly ComparedPair[];
  /** Runs that were no samples, and why; their pairs were made again. */
  readonly unusable: readonly { readonly variant: Variant; readonly why: string }[];
  readonly metrics: readonly ComparedMetric[];
  /** What ended it before its time; the pairs until then are here. */
  readonly ended: string | undefined;
  readonly summary: readonly string[];
}
