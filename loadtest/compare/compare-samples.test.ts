import { describe, expect, it } from "vitest";
import { mostOf } from "../run/testing/binomial.ts";
import { normalNoise } from "../run/testing/seeded-noise.ts";
import { compareSamples } from "./compare-samples.ts";
import { holm } from "./holm.ts";
import { interleave } from "./interleave.ts";
import { pairsFor } from "./power.ts";

const OPTIONS = { seed: 1, level: 0.05 };

/** Runs of 100 that differ by `noise`; B takes `ratio` times as long. */
function runs(seed: number, pairs: number, noise: number, ratio: number) {
  const draw = normalNoise(seed);
  const a = Array.from({ length: pairs }, () => 100 * Math.exp(noise * draw()));
  return { a, b: a.map(() => 100 * ratio * Math.exp(noise * draw())) };
}

describe("the permutation test", () => {
  it("gives the p that all ways of swapping give, counted by hand", () => {
    const a = new Array<number>(8).fill(100);
    // Only swapping nothing, or all, is as clear as this: 2 of 256.
    expect(compareSamples(a, [91, 92, 93, 94, 95, 96, 97, 98], OPTIONS).p).toBe(2 / 256);
    // Swapping the one that is above, or not, is as clear too: the subset of it alone has a mean above 0.
    expect(compareSamples(a, [90, 90, 90, 90, 90, 90, 90, 101], OPTIONS).p).toBe(4 / 256);
    expect(compareSamples(a, a, OPTIONS)).toMatchObject({ ratio: 1, low: 1, high: 1, p: 1 });
  });

  it("does not depend on which is called A", () => {
    const { a, b } = runs(3, 9, 0.1, 1.1);
    const there = compareSamples(a, b, OPTIONS);
    const back = compareSamples(b, a, OPTIONS);
    expect(back.p).toBe(there.p);
    expect(back.ratio).toBeCloseTo(1 / there.ratio, 12);
    expect(back.low).toBeCloseTo(1 / there.high, 12);
  });

  it("has an interval that excludes 1 exactly when p is at most the level", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { a, b } = runs(seed, 8, 0.1, 1.1);
      const { p, low, high } = compareSamples(a, b, OPTIONS);
      expect(low > 1 || high < 1, `seed ${seed}`).toBe(p <= 0.05);
    }
  });

  it.each([8, 20])("has an interval that holds the true ratio, of %d pairs", (pairs) => {
    const outside = Array.from({ length: 200 }, (_, seed) => {
      const { a, b } = runs(seed, pairs, 0.1, 1.25);
      const { low, high } = compareSamples(a, b, OPTIONS);
      return low > 1.25 || high < 1.25;
    });
    expect(outside.filter(Boolean).length).toBeLessThanOrEqual(mostOf(200, 0.05));
    expect(outside.filter(Boolean).length).toBeGreaterThan(0);
  });

  it("looks at random swaps when there are too many pairs for all, repeatably", () => {
    const { a, b } = runs(5, 24, 0.1, 1.08);
    const first = compareSamples(a, b, OPTIONS);
    expect(compareSamples(a, b, OPTIONS)).toEqual(first);
    const other = compareSamples(a, b, { ...OPTIONS, seed: 2 });
    expect(other.p).not.toBe(first.p);
    expect(Math.abs(other.p - first.p)).toBeLessThan(0.01);
  });

  it.each([
    [[1, 2], [1], "2 runs of a and 1 of b are no pairs"],
    [[1, 2, 3], [1, 2, 3], "pairs: 3 are too few; give at least 8"],
    [[1, 1, 1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1, 1, 1], "0 has no ratio"],
  ])("refuses %j and %j", (a, b, message) => {
    expect(() => compareSamples(a, b, OPTIONS)).toThrow(message);
  });
});

describe("the other parts of a comparison", () => {
  it("adjusts p values by Holm", () => {
    const close = (ps: readonly number[]) => ps.map((p) => Number(p.toFixed(6)));
    expect(close(holm([0.01, 0.04, 0.03, 0.005]))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it.each([8, 9, 20])("interleaves %d pairs as often one way as the other", (pairs) => {
    const orders = Array.from({ length: 50 }, (_, seed) => interleave(pairs, seed));
    for (const order of orders) {
      const ab = order.filter((one) => one === "AB").length;
      expect(Math.abs(2 * ab - pairs)).toBe(pairs % 2);
    }
    expect(new Set(orders.map(String)).size).toBeGreaterThan(25);
    expect(interleave(pairs, 7)).toEqual(interleave(pairs, 7));
    const firsts = orders.filter(([first]) => first === "AB").length;
    expect(firsts).toBeLessThanOrEqual(mostOf(50, 0.5));
    expect(50 - firsts).toBeLessThanOrEqual(mostOf(50, 0.5));
  });

  it("knows how many pairs a difference takes", () => {
    expect(pairsFor(0.05 * Math.SQRT2, 0.1)).toBe(8);
    expect(pairsFor(0.1 * Math.SQRT2, 0.1)).toBe(20);
    expect(pairsFor(0.2 * Math.SQRT2, 0.1)).toBe(72);
  });
});
