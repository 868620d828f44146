/** What a threshold compares: a quantile or the like of a distribution, a share, or a count. */
export type Metric =
  | { readonly kind: "quantile"; readonly q: number; readonly of: string }
  | { readonly kind: "mean"; readonly of: string }
  | { readonly kind: "failed"; readonly of: string }
  | { readonly kind: "counter"; readonly of: string };

export type Comparison = "<" | "<=" | "==" | ">=" | ">";

export interface Threshold {
  /** As it was written. */
  readonly text: string;
  readonly metric: Metric;
  readonly comparison: Comparison;
  /** Microseconds, a share from 0 to 1, or a count, as the metric is. */
  readonly bound: number;
}

export class ThresholdError extends RangeError {}

const EXAMPLES =
  "p99(timeline.get) < 50ms, max(lag) < 2s, mean(post.create) < 5ms, failed(timeline.get) <= 0.1%, lost == 0";
const SHAPE =
  /^\s*([a-z_]\w*(?:\.\d+)?)\s*(?:\(\s*(.+?)\s*\))?\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?)\s*([a-z%]*)\s*$/i;
const MICROS: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, min: 60e6 };

/** Reads "p99(timeline.get) < 50ms". Throws a ThresholdError that says what is wrong and what is allowed. */
export function parseThreshold(text: string): Threshold {
  const match = SHAPE.exec(text);
  if (!match) throw wrong(text, "it is not of the form METRIC(NAME) COMPARISON NUMBER UNIT");
  const [, name = "", of, comparison, number, unit = ""] = match;
  const metric = metricOf(text, name, of);
  const threshold: Threshold = {
    text: text.trim(),
    metric,
    comparison: comparison as Comparison,
    bound: boundOf(text, metric, Number(number), unit),
  };
  const problem = decidedProblem(threshold);
  if (problem !== undefined) throw wrong(text, problem);
  return threshold;
}

const OF_NOTHING = /^(\s*(?:p\d+(?:\.\d+)?|max|mean|failed))\s*(?=[<>=])/i;

/** "p99 < 100ms", of nothing named, is of each of these names: "p99(shop.GetItem) < 100ms", and so on. */
export function ofEach(text: string, names: readonly string[]): readonly string[] {
  return OF_NOTHING.test(text)
    ? names.map((name) => text.replace(OF_NOTHING, (_, metric) => `${metric}(${name}) `))
    : [text];
}

function metricOf(text: string, name: string, of: string | undefined): Metric {
  const percentile = /^p(\d+(?:\.\d+)?)$/i.exec(name);
  if (percentile || name === "max" || name === "mean" || name === "failed") {
    if (of === undefined) throw wrong(text, `${name} needs a name in brackets`);
    if (name === "mean" || name === "failed") return { kind: name, of };
    const q = percentile ? Number(`${percentile[1]}e-2`) : 1; // 0.999, not 0.9990000000000001
    if (!(q > 0 && q <= 1)) throw wrong(text, `${name} is no percentile: p1 to p100, as p99.9`);
    return { kind: "quantile", q, of };
  }
  if (of !== undefined) {
    throw wrong(text, `${name} is not known; known are p50, p99.9 and so on, max, mean and failed`);
  }
  return { kind: "counter", of: name };
}

function boundOf(text: string, { kind, of }: Metric, number: number, unit: string): number {
  if (kind === "counter") {
    if (unit === "") return number;
    const known = unit === "%" ? "a share is failed(NAME)" : "a time is p99(NAME) and the like";
    throw wrong(text, `${of} can only be a count, which has no unit, and ${known}`);
  }
  if (kind === "failed") {
    if (unit === "%") return number / 100;
    const problem = unit === "" ? "the share has no unit" : `"${unit}" is no unit of a share`;
    throw wrong(text, `${problem}; use %, as in "<= 0.1%"`);
  }
  const micros = MICROS[unit];
  if (micros === undefined) {
    const problem = unit === "" ? "the time has no unit" : `"${unit}" is no unit of time`;
    throw wrong(text, `${problem}; use us, ms, s or min`);
  }
  return number * micros;
}

/** What a share can be at most; times and counts have no end, and nothing is below 0. */
const MOST: Partial<Record<Metric["kind"], number>> = { failed: 1 };
/** Of counters that may be negative. */
const FALLING = /_slope_/;

/** One that always holds, or never does, was meant otherwise. */
function decidedProblem({ metric, comparison, bound }: Threshold): string | undefined {
  const least = FALLING.test(metric.of) ? Number.NEGATIVE_INFINITY : 0;
  const most = MOST[metric.kind] ?? Number.POSITIVE_INFINITY;
  if (bound > most) return "a share is at most 100%";
  const ends = [least, most].map((value) => holds(value, comparison, bound));
  if (comparison === "==" || ends[0] !== ends[1]) return undefined;
  return ends[0] ? "it can't fail, whatever comes" : "it can't hold, whatever comes";
}

function wrong(text: string, problem: string): ThresholdError {
  return new ThresholdError(`Threshold "${text}": ${problem}. Examples: ${EXAMPLES}.`);
}

/** Whether a value keeps to its bound. */
export function holds(value: number, comparison: Comparison, bound: number): boolean {
  if (comparison === "<") return value < bound;
  if (comparison === "<=") return value <= bound;
  if (comparison === "==") return value === bound;
  return comparison === ">=" ? value >= bound : value > bound;
}
