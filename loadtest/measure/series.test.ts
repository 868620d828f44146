import { describe, expect, it } from "vitest";
import { Series } from "./series.ts";

describe("a series", () => {
  it("gives quantiles by second within 3%", () => {
    const series = new Series();
    for (let i = 1; i <= 1000; i++) series.add(2_500_000, i * 100);
    const [point] = series.points();
    expect(point).toMatchObject({ atSeconds: 2, perSecond: 1000 });
    expect(point.p50Micros / 50_000).toBeCloseTo(1, 1);
    expect(Math.abs(point.p99Micros / 99_000 - 1)).toBeLessThan(0.035);
    expect(point.maxMicros).toBeGreaterThanOrEqual(100_000);
  });

  it("widens its points instead of growing without end, and loses none", () => {
    const series = new Series();
    for (let second = 0; second < 2_000; second++) series.add(second * 1e6, 1_000);
    expect(series.pointSeconds).toBe(4);
    expect(series.points().length).toBe(500);
    expect(series.points().every(({ perSecond }) => perSecond === 1)).toBe(true);
    const merged = new Series();
    merged.merge(series);
    const short = new Series();
    short.add(5e6, 1_000);
    merged.merge(short);
    expect(merged.points()[1]).toMatchObject({ atSeconds: 4, perSecond: 1.25 });
    expect(Series.from(merged.toJSON()).points()).toEqual(merged.points());
  });
});
