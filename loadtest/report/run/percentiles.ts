import type { Series } from "../../measure/series.ts";
import type { Threshold } from "../../measure/thresholds.ts";
import type { ChartLine, ChartSpec } from "../charts/chart-spec.ts";
import { fromRecorder, type RunView, timeAxis } from "./run-view.ts";

/** p50, p99 and the largest over time, of an operation or of what probes saw. */
export function percentilesChart(view: RunView, name: string, series: Series): ChartSpec {
  const points = series.points();
  const bySlot = new Map(points.map((point) => [point.atSeconds / series.pointSeconds, point]));
  const first = Math.ceil(view.result.scenario.warmUpSeconds / series.pointSeconds);
  const end = view.result.scenario.warmUpSeconds + view.seconds;
  const last = Math.max(first, Math.ceil(end / series.pointSeconds) - 1);
  const slots = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const at = slots.map((slot) => fromRecorder(view, slot * series.pointSeconds));
  const line = (key: "p50Micros" | "p99Micros" | "maxMicros") =>
    slots.map((slot) => bySlot.get(slot)?.[key] ?? null);
  return {
    title: `${name} over time`,
    x: timeAxis(view),
    y: { label: "response time", unit: "micros", isLogarithmic: true },
    at,
    lines: [
      // Later lines cover earlier ones: where p99 is the largest, it is p99 that shows.
      { label: "max", values: line("maxMicros"), tone: "muted", dash: "dotted" },
      { label: "p99", values: line("p99Micros"), tone: 2 },
      { label: "p50", values: line("p50Micros"), tone: 1 },
      ...boundsOf(view, name).map((threshold) => boundLine(threshold, at)),
    ],
    marks: view.marks,
  };
}

/** What the thresholds say about times of `name`, as lines to stay below. */
function boundsOf({ result }: RunView, name: string): readonly Threshold[] {
  return result.verdict.thresholds
    .map(({ threshold }) => threshold)
    .filter(({ metric }) => metric.kind === "quantile" && metric.of === name);
}

function boundLine({ text, bound }: Threshold, at: readonly number[]): ChartLine {
  return { label: text, values: at.map(() => bound), tone: "bad", dash: "dash-dot", isLevel: true };
}
