import type { CapacityResult, CapacityStep } from "../../capacity/capacity-result.ts";
import type { Band, ChartLine, ChartSpec } from "../charts/chart-spec.ts";
import type { Unit } from "../quantities.ts";

const OUTCOMES = [
  { outcome: "held", label: "● held", tone: "good", shape: "disc" },
  { outcome: "failed", label: "✕ failed", tone: "bad", shape: "cross" },
  { outcome: "inconclusive", label: "○ inconclusive", tone: "muted", shape: "ring" },
] as const;

/** Something measured in every step against its load: where it bends is the knee. */
export function kneeChart(
  result: CapacityResult,
  title: string,
  y: { readonly label: string; readonly unit: Unit },
  measure: (step: CapacityStep) => number | undefined,
): ChartSpec {
  const steps = result.steps.toSorted((a, b) => a.load - b.load);
  const loads = steps.map(({ load }) => load);
  const values = steps.map((step) => measure(step) ?? null);
  const band = bandOf(result);
  return {
    title,
    x: { label: result.unit, unit: "count", from: 0, to: 1.05 * Math.max(0, ...loads) },
    y: { ...y, isLogarithmic: y.unit === "micros" },
    at: loads,
    lines: [
      {
        label: "median",
        values: medians(loads, values),
        tone: "muted",
        isConnected: true,
      },
      ...OUTCOMES.map(
        ({ outcome, ...look }): ChartLine => ({
          ...look,
          values: values.map((value, i) => (steps[i].outcome === outcome ? value : null)),
        }),
      ),
    ],
    marks: [],
    ...(band ? { band } : {}),
  };
}

/** At the first step of each load the median of all its steps, and nothing at the others. */
function medians(loads: readonly number[], values: readonly (number | null)[]) {
  return loads.map((load, i) => {
    if (i > 0 && loads[i - 1] === load) return null;
    const same = values
      .filter((value, j): value is number => loads[j] === load && value !== null)
      .toSorted((a, b) => a - b);
    return same[Math.floor(same.length / 2)] ?? null;
  });
}

function bandOf({ confirmed, failed }: CapacityResult): Band | undefined {
  if (confirmed === undefined || failed === undefined) return undefined;
  return { from: confirmed, to: failed, text: "it ends in here" };
}
