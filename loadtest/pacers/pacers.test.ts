import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intendedTimes } from "./arrivals.ts";
import { type Pacer, pacerOf } from "./pacer.ts";
import { constant, ramp, spike, steps } from "./shapes.ts";

const SPIKE = { baseRate: 10, peakRate: 500, atSeconds: 2, forSeconds: 1, seconds: 5 };

const segments = fc.array(
  fc.record({
    seconds: fc.integer({ min: 1, max: 20 }),
    fromRate: fc.integer({ min: 0, max: 1000 }),
    toRate: fc.integer({ min: 0, max: 1000 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function timesOf(pacer: Pacer, seed = 1): number[] {
  return [...intendedTimes(pacer, { seed, spread: "poisson" })];
}

describe("pacers", () => {
  it("intend as many sends as the area under the rate", () => {
    const end = (pacer: Pacer) => pacer.countAt(pacer.seconds);
    expect(end(constant(100, 10))).toBe(1000);
    expect(end(ramp(0, 100, 10))).toBe(500);
    expect(end(spike(SPIKE))).toBe(540);
    expect(
      end(
        steps([
          { rate: 5, seconds: 2 },
          { rate: 0, seconds: 3 },
          { rate: 7, seconds: 1 },
        ]),
      ),
    ).toBe(17);
  });

  it("say the rate at any time", () => {
    expect([1, 2.5, 4, 5].map(spike(SPIKE).rateAt)).toEqual([10, 500, 10, 0]);
    expect(ramp(100, 200, 10).rateAt(5)).toBe(150);
  });

  it("know when a count is reached: the inverse of the count", () => {
    fc.assert(
      fc.property(segments, fc.double({ min: 0.001, max: 1, noNaN: true }), (parts, share) => {
        const pacer = pacerOf(parts);
        const count = pacer.countAt(pacer.seconds) * share;
        const back = pacer.countAt(pacer.timeOf(count));
        expect(Math.abs(back - count)).toBeLessThanOrEqual(1e-6 * (1 + count));
      }),
    );
  });

  it("refuse impossible rates and lengths with what is allowed", () => {
    expect(() => constant(-1, 10)).toThrow("A rate of -1/s is impossible: give 0 to 1000000");
    expect(() => ramp(1, Number.NaN, 10)).toThrow("impossible");
    expect(() => constant(1, 0)).toThrow("A length of 0 s is impossible");
    expect(() => spike({ ...SPIKE, seconds: 2.5 })).toThrow("ends at 3 s, after the run of 2.5 s");
  });
});

describe("intended times", () => {
  it("are fixed by the seed and ascend", () => {
    const times = timesOf(constant(1000, 10), 7);
    expect(timesOf(constant(1000, 10), 7)).toEqual(times);
    expect(timesOf(constant(1000, 10), 8)).not.toEqual(times);
    expect(times.every((time, i) => i === 0 || time >= times[i - 1])).toBe(true);
  });

  it("come as a Poisson process of the pacer's rate", () => {
    const times = timesOf(constant(1000, 100));
    expect(Math.abs(times.length - 100_000)).toBeLessThan(4 * Math.sqrt(100_000));
    const perSecond = new Array<number>(100).fill(0);
    for (const time of times) perSecond[Math.floor(time / 1e6)]++;
    const variance = perSecond.reduce((sum, n) => sum + (n - 1000) ** 2, 0) / 100;
    expect(variance / 1000).toBeGreaterThan(0.5);
    expect(variance / 1000).toBeLessThan(1.6);
  });

  it("come evenly when asked", () => {
    const times = [...intendedTimes(constant(4, 1), { seed: 1, spread: "even" })];
    expect(times).toEqual([125_000, 375_000, 625_000, 875_000]);
  });

  it("are the same, whole, for any number of generators", () => {
    const whole = timesOf(ramp(10, 200, 20));
    for (const parts of [1, 3, 7]) {
      const all = Array.from({ length: parts }, (_, part) => [
        ...intendedTimes(ramp(10, 200, 20), { seed: 1, spread: "poisson", part, parts }),
      ]).flat();
      expect(all.sort((a, b) => a - b)).toEqual(whole);
    }
  });
});
