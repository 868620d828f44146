import type {
  ComparedMetric,
  ComparedPair,
  CompareMetric,
  CompareResult,
  CompareVerdict,
} from "./compare-result.ts";
import { type Comparison, compareSamples, LEAST_PAIRS } from "./compare-samples.ts";
import { holm } from "./holm.ts";
import { pairsFor } from "./power.ts";

type Rules = Pick<CompareResult, "seed" | "level" | "relevant">;

/** What pairs say about each metric; nothing when there are fewer than eight. */
export function judgeMetrics(
  pairs: readonly ComparedPair[],
  metrics: readonly CompareMetric[],
  rules: Rules,
): readonly ComparedMetric[] {
  if (pairs.length < LEAST_PAIRS) return [];
  const compared = metrics.map((metric) => {
    const a = pairs.map((pair) => pair.a[metric.name]);
    const b = pairs.map((pair) => pair.b[metric.name]);
    const isPositive = [...a, ...b].every((value) => value > 0);
    return { metric, comparison: isPositive ? compareSamples(a, b, rules) : undefined };
  });
  const adjusted = holm(compared.flatMap(({ comparison }) => comparison?.p ?? []));
  let next = 0;
  return compared.map(({ metric, comparison }) => {
    if (!comparison) {
      const text = `${metric.name}: inconclusive, for a value is not above 0 and has no ratio.`;
      return { ...metric, verdict: "inconclusive", text };
    }
    const adjustedP = adjusted[next++];
    const verdict = verdictOf(comparison, adjustedP, metric, rules);
    const { spread, ...numbers } = comparison;
    const text = textOf({ metric, comparison, adjustedP, verdict, rules });
    return { ...metric, ...numbers, adjustedP, verdict, text };
  });
}

/** Not different is not the same: that takes an interval within what does not matter. */
function verdictOf(
  { ratio, low, high }: Comparison,
  adjustedP: number,
  { better }: CompareMetric,
  { level, relevant }: Rules,
): CompareVerdict {
  if (adjustedP <= level) return ratio < 1 === (better === "lower") ? "faster" : "slower";
  const hasOne = low <= 1 && high >= 1;
  const isNarrow = high <= 1 + relevant && low >= 1 / (1 + relevant);
  return hasOne && isNarrow ? "no difference seen" : "inconclusive";
}

function textOf({
  metric: { name },
  comparison: { ratio, low, high, spread },
  adjustedP,
  verdict,
  rules: { level, relevant },
}: {
  readonly metric: CompareMetric;
  readonly comparison: Comparison;
  readonly adjustedP: number;
  readonly verdict: CompareVerdict;
  readonly rules: Rules;
}): string {
  const interval = `${low.toFixed(3)} to ${high.toFixed(3)}`;
  const confidence = `${Math.round(100 * (1 - level))}%`;
  const shown = `${name}: ${verdict}; B over A is ${ratio.toFixed(3)} (${confidence}: ${interval}), p = ${adjustedP.toFixed(4)}`;
  if (verdict !== "inconclusive") return `${shown}.`;
  return `${shown}; about ${pairsFor(spread, relevant)} pairs would show ${100 * relevant}%.`;
}
