import { describe, expect, it } from "vitest";
import { mostOf } from "../../run/testing/binomial.ts";
import { normalNoise } from "../../run/testing/seeded-noise.ts";
import { risingTrend, trendOf } from "./trend.ts";

const LEVEL = 0.05;
const SERIES = 400;

/** Steady noise in which each value is like the one before; mean 100, one standard deviation 30. */
function steady(seed: number, correlation: number, length = 60) {
  const noise = normalNoise(seed);
  let value = noise();
  return Array.from({ length }, (_, i) => {
    const point = { atSeconds: i, value: 100 + 30 * value };
    value = correlation * value + Math.sqrt(1 - correlation ** 2) * noise();
    return point;
  });
}

/** Calls that wait at a server that does 100 a second. */
function queue(seed: number, perSecond: number, length = 60) {
  const noise = normalNoise(seed);
  let waiting = 0;
  return Array.from({ length }, (_, i) => {
    waiting = Math.max(0, waiting + perSecond - 100 + Math.sqrt(perSecond) * noise());
    return { atSeconds: i, value: waiting };
  });
}

function found(seriesOf: (seed: number) => ReturnType<typeof steady>): number {
  const seeds = Array.from({ length: SERIES }, (_, i) => i + 1);
  return seeds.filter((seed) => trendOf(seriesOf(seed)).p < LEVEL).length;
}

describe("trend", () => {
  it.each([0, 0.5, 0.8, 0.9, 0.95])(
    "is seldom seen in steady noise of correlation %d",
    (correlation) => {
      expect(found((seed) => steady(seed, correlation))).toBeLessThanOrEqual(mostOf(SERIES, LEVEL));
    },
  );

  it("is seldom seen in short steady noise", () => {
    const seen = found((seed) => steady(seed, 0.8, 30));
    expect(seen).toBeLessThanOrEqual(mostOf(SERIES, LEVEL));
  });

  it("is seen in the queue of a server that is overloaded by a tenth, always", () => {
    expect(found((seed) => queue(seed, 110))).toBe(SERIES);
  });

  it("is seen when noise rises by four of its standard deviations, nearly always", () => {
    const rising = (seed: number) =>
      steady(seed, 0).map(({ atSeconds, value }) => ({
        atSeconds,
        value: value + 2 * atSeconds,
      }));
    expect(SERIES - found(rising)).toBeLessThanOrEqual(mostOf(SERIES, 0.01));
    expect(trendOf(rising(1)).perSecond).toBeGreaterThan(1);
  });

  it("takes what falls, stands still or is too short for none", () => {
    const at = (values: readonly number[]) =>
      values.map((value, atSeconds) => ({ atSeconds, value }));
    const up = Array.from({ length: 40 }, (_, i) => i);
    expect(trendOf(at(up)).p).toBeLessThan(0.001);
    expect(trendOf(at(up.toReversed())).p).toBe(1);
    expect(trendOf(at(up.map(() => 7))).p).toBe(1);
    expect(trendOf(at([1, 2, 3, 4, 5])).p).toBe(1);
    expect(trendOf([]).p).toBe(1);
  });

  it("matters only when it is a good part of what is there", () => {
    const slow = Array.from({ length: 60 }, (_, i) => ({ atSeconds: i, value: 1_000 + i }));
    expect(trendOf(slow).p).toBeLessThan(0.001);
    expect(risingTrend(slow, 0.01)).toBeUndefined();
    expect(risingTrend(queue(1, 120), 0.01)?.perSecond).toBeGreaterThan(15);
  });

  it("reads past what was not measured, and averages what is long", () => {
    const gaps = queue(2, 120, 1_000).map((point, i) =>
      i % 7 ? point : { ...point, value: Number.NaN },
    );
    const { perSecond, rise, p } = trendOf(gaps);
    expect(perSecond).toBeCloseTo(20, -0.5);
    expect(rise).toBeCloseTo(20_000, -3.5);
    expect(p).toBeLessThan(0.001);
  });
});
