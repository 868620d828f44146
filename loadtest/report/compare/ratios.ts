import type { ComparedMetric, ComparedPair, CompareResult } from "../../compare/compare-result.ts";
import type { ChartLine, ChartSpec } from "../charts/chart-spec.ts";

/** How much more B has than A in each pair, with what they all say together, beside no difference. */
export function ratiosChart({ pairs }: CompareResult, metric: ComparedMetric): ChartSpec {
  const at = pairs.map((_, i) => i + 1);
  const ofOrder = (order: ComparedPair["order"]) =>
    pairs.map((pair) => (pair.order === order ? changeOf(pair, metric.name) : null));
  const level = (
    label: string,
    value: number | undefined,
    look: Pick<ChartLine, "tone" | "dash">,
  ) =>
    value === undefined ? [] : [{ label, values: at.map(() => value - 1), isLevel: true, ...look }];
  return {
    title: metric.name,
    x: { label: "pair", unit: "count", from: 0.5, to: pairs.length + 0.5 },
    y: { label: `B against A, ${metric.better} is better`, unit: "share" },
    at,
    lines: [
      { label: "● A ran first", values: ofOrder("AB"), tone: 1, shape: "disc" },
      { label: "○ B ran first", values: ofOrder("BA"), tone: 1, shape: "ring" },
      ...level("mean", metric.ratio, { tone: 2 }),
      ...level("interval from", metric.low, { tone: 2, dash: "dashed" }),
      ...level("to", metric.high, { tone: 2, dash: "dashed" }),
      ...level("no difference", 1, { tone: "muted", dash: "dotted" }),
    ],
    marks: [],
  };
}

function changeOf({ a, b }: ComparedPair, name: string): number | null {
  const change = b[name] / a[name] - 1;
  return Number.isFinite(change) ? change : null;
}
