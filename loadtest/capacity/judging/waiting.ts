import type { Measured } from "../../measure/measured.ts";
import { risingTrend, type TrendPoint } from "../../measure/trend/trend.ts";
import { gaugeName } from "../../results/gauge-name.ts";
import type { HeldStep } from "../capacity-target.ts";

/** Something that waits, over the time of a step. */
export interface Waiting {
  readonly name: string;
  readonly points: readonly TrendPoint[];
}

/** Chance that a step without any trend fails for one; shared by its series (Bonferroni). */
const LEVEL = 0.01;

/** What rose through the step although the load was the same, as "in flight rises: 12.3 a second". */
export function risingIn(held: HeldStep): readonly string[] {
  const series = waitingIn(held);
  return series.flatMap(({ name, points }) => {
    const trend = risingTrend(points, LEVEL / series.length);
    return trend ? [`${name} rises: ${trend.perSecond.toPrecision(3)} a second`] : [];
  });
}

/** What is in flight, every gauge of pending work, and the median of whatever else has a series, as lag. */
export function waitingIn({ measured, resources }: HeldStep): readonly Waiting[] {
  const { atSeconds, pending } = resources;
  const loadedFor = loadedSeconds(measured);
  const operations = new Set(measured.operations.map(({ name }) => name));
  const others = [...measured.series].filter(([name]) => !operations.has(name));
  return [
    { name: "in flight", points: inFlight(measured) },
    ...Object.entries(pending).map(([name, values]) => ({
      name: gaugeName(name),
      points: atSeconds
        .map((at, i) => ({ atSeconds: at, value: values[i] ?? Number.NaN }))
        .filter((point) => point.atSeconds <= loadedFor),
    })),
    ...others.map(([name, series]) => ({
      name: `${name} (ms)`,
      points: series.points().map((p) => ({ atSeconds: p.atSeconds, value: p.p50Micros / 1000 })),
    })),
  ];
}

/** For how many seconds there was load after the warm-up. */
export function loadedSeconds({ windows }: Measured): number {
  const { intendedBySecond } = windows;
  return Math.max(1, intendedBySecond.length - firstLoaded(intendedBySecond));
}

/** Steps intended and not over, at the end of each second: what came, less what ended. */
function inFlight({ windows, operations, series }: Measured): readonly TrendPoint[] {
  const { intendedBySecond } = windows;
  const own = operations.flatMap(({ name }) => series.get(name) ?? []);
  const width = Math.max(1, ...own.map(({ pointSeconds }) => pointSeconds));
  const length = Math.floor(intendedBySecond.length / width);
  const change = new Float64Array(length);
  const add = (second: number, count: number) => {
    const at = Math.floor(second / width);
    if (at < length) change[at] += count;
  };
  intendedBySecond.forEach((count, second) => {
    add(second, count);
  });
  for (const one of own) {
    for (const { atSeconds, perSecond } of one.points()) {
      add(atSeconds, -perSecond * one.pointSeconds);
    }
  }
  const first = Math.floor(firstLoaded(intendedBySecond) / width);
  let open = 0;
  return Array.from(change, (by, i) => {
    open += by;
    return { atSeconds: (i + 1) * width, value: open };
  }).slice(first);
}

function firstLoaded(intendedBySecond: readonly number[]): number {
  return Math.max(
    0,
    intendedBySecond.findIndex((count) => count > 0),
  );
}
