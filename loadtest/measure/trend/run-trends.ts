import type { Measured } from "../measured.ts";
import { risingTrend } from "./trend.ts";

/** Chance that a run without any trend is said to have one; shared by its series (Bonferroni). */
const LEVEL = 0.01;

/** What became slower all through a run, as "timeline.get (p50) rose by 1.00 ms each second". */
export function trendsIn({ series }: Pick<Measured, "series">): readonly string[] {
  return [...series].flatMap(([name, one]) => {
    const points = one
      .points()
      .map(({ atSeconds, p50Micros }) => ({ atSeconds, value: p50Micros / 1000 }));
    const trend = risingTrend(points, LEVEL / series.size);
    return trend ? [`${name} (p50) rose by ${trend.perSecond.toPrecision(3)} ms each second`] : [];
  });
}
