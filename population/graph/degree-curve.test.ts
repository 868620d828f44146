import { expect, test } from "vitest";
import { clusteringAt, ringWidthFor } from "./clustering-curve.ts";
import { meanOf, PUBLISHED, scaleForMean, shareBelow } from "./degree-curve.ts";

const FULL = { maxFriends: PUBLISHED.maxFriends, scale: 1 };

test("the curve goes through the published points", () => {
  expect(shareBelow(10, FULL)).toBeCloseTo(0.1, 4);
  expect(shareBelow(25, FULL)).toBeCloseTo(0.2, 4);
  expect(shareBelow(99, FULL)).toBeLessThan(0.5);
  expect(shareBelow(100, FULL)).toBeGreaterThan(0.5);
  expect(meanOf(FULL)).toBeCloseTo(PUBLISHED.meanFriends, 0);
});

test.each([5, 50, 1_000, 5_000])("it rises smoothly up to a maximum of %i", (maxFriends) => {
  const shares = Array.from({ length: maxFriends + 1 }, (_, i) =>
    shareBelow(i + 1, { maxFriends, scale: 1 }),
  );
  expect(shares[0]).toBe(0);
  expect(shares[maxFriends]).toBe(1);
  for (let i = 1; i <= maxFriends; i++) expect(shares[i]).toBeGreaterThan(shares[i - 1]);
});

test("it has no kink: its slope over the logarithm of the degree changes by little at a time", () => {
  const slopes: number[] = [];
  for (let d = 8; d < 2_500; d *= 1.05) {
    slopes.push((shareBelow(d * 1.05, FULL) - shareBelow(d, FULL)) / Math.log(1.05));
  }
  for (let i = 1; i < slopes.length; i++) {
    expect(Math.abs(slopes[i] - slopes[i - 1])).toBeLessThan(0.03);
  }
});

test.each([20, 190, 200, 400])("a mean of %i is reached", (mean) => {
  const scale = scaleForMean(mean, 5_000);
  expect(meanOf({ maxFriends: 5_000, scale })).toBeCloseTo(mean, 1);
});

test("a mean beyond the maximum is refused, naming what is possible", () => {
  expect(() => scaleForMean(60, 50)).toThrow(/a mean of 60 friends is not possible.*1\.0 to /);
});

test("clustering falls with the degree, and rings leave a friend for elsewhere", () => {
  expect(clusteringAt(99)).toBeCloseTo(PUBLISHED.clusteringAtMedian);
  for (let d = 1; d < 5_000; d++) {
    expect(clusteringAt(d + 1)).toBeLessThanOrEqual(clusteringAt(d));
    expect(ringWidthFor(d)).toBeLessThan(d);
    expect(ringWidthFor(d) % 2).toBe(0);
  }
});
