import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeHistogram,
  encodeHistogram,
  type Histogram,
  MAX_MICROS,
  mergeHistograms,
  newHistogram,
  quantile,
  record,
} from "./histogram.ts";

const times = fc.array(fc.integer({ min: 0, max: MAX_MICROS }), { maxLength: 200 });

function of(values: readonly number[]): Histogram {
  const histogram = newHistogram();
  for (const value of values) record(histogram, value);
  return histogram;
}

describe("histograms", () => {
  it("merge to the histogram of the union, from any number of parts", () => {
    fc.assert(
      fc.property(fc.array(times, { maxLength: 5 }), (parts) => {
        const merged = mergeHistograms(parts.map(of));
        const union = of(parts.flat());
        expect(encodeHistogram(merged)).toBe(encodeHistogram(union));
        expect([merged.totalCount, merged.maxValue]).toEqual([union.totalCount, union.maxValue]);
      }),
      { numRuns: 40 },
    );
  });

  it("come back from their text unchanged", () => {
    fc.assert(
      fc.property(times, (values) => {
        const histogram = of(values);
        const back = decodeHistogram(encodeHistogram(histogram));
        for (const q of [0, 0.5, 0.99, 1]) {
          expect(quantile(back, q)).toBe(quantile(histogram, q));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("give quantiles within 0.1% of the sorted values", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        for (const q of [0.5, 0.9, 0.99, 1]) {
          const exact = sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)];
          expect(Math.abs(quantile(of(values), q) - exact)).toBeLessThanOrEqual(exact / 1000);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("take what is out of range at the ends, and are 0 when empty", () => {
    const histogram = of([-5, 1e12]);
    expect(histogram.totalCount).toBe(2);
    expect(quantile(histogram, 0.5)).toBe(0);
    expect(quantile(histogram, 1)).toBeGreaterThanOrEqual(MAX_MICROS * 0.999);
    expect(quantile(newHistogram(), 0.99)).toBe(0);
  });
});
