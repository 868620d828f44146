import { present } from "../../../services/model/invariant.ts";
import { type Histogram, quantile } from "../../measure/histogram.ts";
import { judgeQuantile } from "../../measure/validity.ts";
import type { ChartLine, ChartSpec } from "../charts/chart-spec.ts";

const PER_DECADE = 24;
/** Below this nothing is read off the chart; zero has no place on a logarithmic axis. */
const FLOOR_MICROS = 10;

interface Times {
  /** Judged: where the generator was too late to know it, its line goes on in red. */
  readonly judged: { readonly label: string; readonly values: Histogram };
  /** Beside it, as service times. */
  readonly other?: { readonly label: string; readonly values: Histogram };
  readonly lateness: Histogram;
}

/**
 * Every quantile up to the rarest that was seen, the rare ones as wide as the common: x is 1 / (1 - q) on
 * a logarithmic axis (after G. Tene's HdrHistogram plots).
 */
export function tailChart(title: string, { judged, other, lateness }: Times): ChartSpec {
  const counts = [judged, ...(other ? [other] : [])].map(({ values }) => values.totalCount);
  const at = tailsUpTo(Math.max(...counts));
  const lines: readonly ChartLine[] = [
    ...judgedLines(judged, lateness, at),
    ...(other
      ? [{ label: other.label, values: lineOf(other.values, at), tone: 2, dash: "dashed" } as const]
      : []),
    {
      label: "generator's lateness",
      values: lineOf(lateness, at),
      tone: "muted",
      dash: "dash-dot",
    },
  ];
  const to = Math.max(10, present(at.at(-1)));
  return {
    title,
    x: { label: "percentile", unit: "tail", isLogarithmic: true, from: 1, to },
    y: { label: "time", unit: "micros", isLogarithmic: true },
    at,
    lines,
    marks: [],
  };
}

function judgedLines(
  { label, values }: Times["judged"],
  lateness: Histogram,
  at: readonly number[],
): readonly ChartLine[] {
  const isValid = at.map((tail) => judgeQuantile(values, lateness, 1 - 1 / tail).valid);
  const isNearInvalid = (i: number) => [i - 1, i, i + 1].some((near) => isValid[near] === false);
  const all = lineOf(values, at);
  return [
    { label, values: all.map((value, i) => (isValid[i] ? value : null)), tone: 1 },
    {
      label: `${label}, INVALID`,
      values: all.map((value, i) => (isNearInvalid(i) ? value : null)),
      tone: "bad",
      dash: "dotted",
    },
  ];
}

function lineOf(histogram: Histogram, at: readonly number[]): readonly (number | null)[] {
  const count = histogram.totalCount;
  return at.map((tail) => {
    if (tail > count) return null;
    return Math.max(FLOOR_MICROS, quantile(histogram, tail === count ? 1 : 1 - 1 / tail));
  });
}

/** 1 / (1 - q) from 1 to `count`: 10 is p90, 100 is p99. */
function tailsUpTo(count: number): readonly number[] {
  const steps = count <= 1 ? 0 : Math.floor(Math.log10(count) * PER_DECADE);
  const tails = Array.from({ length: steps + 1 }, (_, i) => 10 ** (i / PER_DECADE));
  return count > present(tails.at(-1)) ? [...tails, count] : tails;
}
