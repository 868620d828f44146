import type { Series } from "../../measure/series.ts";
import type { ChartLine, ChartSpec } from "../charts/chart-spec.ts";
import { fromRecorder, type RunView, timeAxis } from "./run-view.ts";

/** A chart has at most about so many points. */
const MAX_POINTS = 600;

/** Points of `seconds` each, from the recorder's start to the end of the measured part. */
interface Grid {
  readonly seconds: number;
  readonly points: number;
}

/** What was intended, sent and over in each second, or in each few seconds of long runs. */
export function rateChart(view: RunView): ChartSpec {
  const { measured, marks } = view;
  const all = measured.operations.flatMap(({ name }) => measured.series.get(name) ?? []);
  const grid = gridOf(view, all);
  const { intendedBySecond, sentBySecond } = measured.windows;
  const times = Array.from({ length: grid.points }, (_, i) => fromRecorder(view, i * grid.seconds));
  const warmUp = times.filter((time) => time < 0).length;
  const line = (values: readonly number[], look: Omit<ChartLine, "values">) => ({
    ...look,
    values: values.slice(warmUp),
  });
  const over = overIn(all, grid);
  return {
    title: "Rate",
    x: timeAxis(view),
    y: { label: "steps a second", unit: "perSecond" },
    at: times.slice(warmUp),
    lines: [
      line(perSecond(intendedBySecond, grid), { label: "intended", tone: "muted", dash: "dashed" }),
      line(perSecond(sentBySecond, grid), { label: "sent", tone: 1 }),
      ...(over ? [line(over, { label: "answered or given up", tone: 2, dash: "dotted" })] : []),
    ],
    marks,
  };
}

/** As fine as the chart and the coarsest series allow; its last point is a whole one. */
function gridOf({ seconds, result }: RunView, all: readonly Series[]): Grid {
  const forChart = 2 ** Math.ceil(Math.log2(Math.max(1, seconds / MAX_POINTS)));
  const width = Math.max(forChart, ...all.map(({ pointSeconds }) => pointSeconds));
  const points = Math.floor((result.scenario.warmUpSeconds + seconds) / width);
  return { seconds: width, points: Math.max(1, points) };
}

function perSecond(bySecond: readonly number[], { seconds, points }: Grid): readonly number[] {
  const rates = new Array<number>(points).fill(0);
  bySecond.forEach((count, second) => {
    const at = Math.floor(second / seconds);
    if (at < points) rates[at] += count / seconds;
  });
  return rates;
}

/** Undefined when no operation has a series, as after a tool that keeps none. */
function overIn(all: readonly Series[], { seconds, points }: Grid): readonly number[] | undefined {
  const rates = new Array<number>(points).fill(0);
  let isKnown = false;
  for (const series of all) {
    for (const point of series.points()) {
      const at = Math.floor(point.atSeconds / seconds);
      if (at < points) rates[at] += (point.perSecond * series.pointSeconds) / seconds;
      isKnown = true;
    }
  }
  return isKnown ? rates : undefined;
}
