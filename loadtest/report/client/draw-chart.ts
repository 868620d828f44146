import uPlot from "uplot";
import type { Axis, ChartLine, ChartSpec, Dash } from "../charts/chart-spec.ts";
import { quantity, shortQuantity } from "../quantities.ts";
import { annotations, roomForMarks } from "./annotations.ts";
import { linearRange, logarithmicSplits, stepsOf } from "./scales.ts";
import { drawShapes } from "./shapes.ts";
import { readTheme, type Theme } from "./theme.ts";

/** Lengths of line and gap, CSS pixels. */
const DASHES: Readonly<Record<Dash, number[]>> = {
  solid: [],
  dashed: [8, 4],
  dotted: [2, 3],
  "dash-dot": [8, 3, 2, 3],
};

/** Half of the widest text below the axis, as 99.9999%. */
const ROOM_FOR_LAST_TICK = 34;

/** CSS pixels; charts of one width have their axes at one place, mostly. */
const LEAST_AXIS_WIDTH = 62;
const AXIS_GAP = 14;
/** The first of the axis below is clear of the lowest beside it. */
const X_GAP = 10;
const AXIS_CHARACTER = 7;

/** Draws a chart into its place, as wide as that is, also when that changes. */
export function drawChart(place: HTMLElement, spec: ChartSpec): { close(): void } {
  const size = () => ({ width: Math.floor(place.clientWidth), height: place.clientHeight });
  const height = Number.parseFloat(getComputedStyle(place).getPropertyValue("--plot-height"));
  const plot = new uPlot(optionsOf(spec, readTheme(), size().width, height), dataOf(spec), place);
  const observer = new ResizeObserver(() => {
    const { width } = size();
    if (width > 0 && width !== plot.width) plot.setSize({ width, height });
  });
  observer.observe(place);
  return {
    close() {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** The points, and empty ones at the ends of an axis that says where it ends. */
function dataOf({ x, at, lines }: ChartSpec): uPlot.AlignedData {
  const before = x.from !== undefined && (at[0] ?? Number.POSITIVE_INFINITY) > x.from;
  const after = x.to !== undefined && (at.at(-1) ?? Number.NEGATIVE_INFINITY) < x.to;
  const between = <T>(values: readonly T[], from: T, to: T) => [
    ...(before ? [from] : []),
    ...values,
    ...(after ? [to] : []),
  ];
  return [
    between(at, x.from ?? 0, x.to ?? 0),
    ...lines.map(({ values }) => between<number | null>(values, null, null)),
  ];
}

function optionsOf(spec: ChartSpec, theme: Theme, width: number, height: number): uPlot.Options {
  const { x, y, lines } = spec;
  return {
    width,
    height,
    padding: [roomForMarks(spec, width), ROOM_FOR_LAST_TICK, 0, 0],
    scales: {
      x: { time: false, ...(x.isLogarithmic ? { distr: 3 } : {}) },
      y: y.isLogarithmic ? { distr: 3 } : { range: linearRange },
    },
    axes: [
      axisOf(x, theme, { size: 36, gap: X_GAP, space: 64, incrs: stepsOf(x.unit) }),
      axisOf(y, theme, { size: widthOf }),
    ],
    series: [
      { label: x.label, value: (_, at, __, index) => legendValue(at, index, x) },
      ...lines.map((line) => seriesOf(line, y, theme)),
    ],
    legend: { markers: { width: 0, fill: (_, i) => sampleOf(lines[i - 1], theme) } },
    cursor: {
      y: false,
      points: { size: 6 },
      ...(isTime(x) ? { sync: { key: x.unit } } : {}),
    },
    plugins: [annotations(spec, theme)],
  };
}

function axisOf(axis: Axis, theme: Theme, more: Partial<uPlot.Axis>): uPlot.Axis {
  return {
    stroke: theme.tones.muted,
    font: theme.font,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map((at) => (at === null ? "" : shortQuantity(at, axis.unit))),
    ...(axis.isLogarithmic ? { splits: logarithmicSplits, filter: (_, splits) => splits } : {}),
    ...more,
  };
}

/** Room for the widest of its numbers. */
function widthOf(_: uPlot, texts: readonly string[] | null): number {
  const longest = (texts ?? []).reduce((most, { length }) => Math.max(most, length), 0);
  return Math.max(LEAST_AXIS_WIDTH, AXIS_GAP + longest * AXIS_CHARACTER);
}

function seriesOf(line: ChartLine, y: Axis, theme: Theme): uPlot.Series {
  const { label, tone, dash = "solid", shape, isLevel, isConnected = false } = line;
  const stroke = theme.tones[tone];
  return {
    label,
    stroke,
    width: 1.75,
    dash: DASHES[dash],
    spanGaps: isConnected,
    value: (_, value, __, index) => legendValue(value, index, y),
    ...(isLevel ? { points: { show: false } } : { points: { size: 5, fill: stroke } }),
    ...(shape && {
      class: "points",
      paths: () => null,
      points: { show: drawShapes(shape, stroke) },
    }),
  };
}

function isTime({ unit }: Axis): boolean {
  return unit === "clock" || unit === "timeOfDay";
}

/** Without a cursor there is no value to tell. */
function legendValue(value: number | null, index: number | null, { unit }: Axis): string {
  return index === null ? "" : quantity(value, unit);
}

/** A piece of the line as a CSS background, for the legend. */
function sampleOf(line: ChartLine | undefined, { tones }: Theme): string {
  if (!line) return "none";
  const colour = tones[line.tone];
  const dashes = DASHES[line.dash ?? "solid"];
  if (dashes.length === 0) return colour;
  let end = 0;
  const stops = dashes.map((length, i) => {
    const start = end;
    end += length;
    return `${i % 2 === 0 ? colour : "transparent"} ${start}px ${end}px`;
  });
  return `repeating-linear-gradient(90deg, ${stops.join(", ")})`;
}
