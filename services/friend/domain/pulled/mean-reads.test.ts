import { expect, it } from "vitest";
import { MeanReads } from "./mean-reads.ts";

it("is what was assumed until somebody tells, and then the mean over all viewers", () => {
  const reads = new MeanReads(5);
  expect(reads.pagesADay).toBe(5);
  for (let i = 0; i < 100; i++) {
    reads.heard({ pagesADay: 2, viewers: 300 });
    reads.heard({ pagesADay: 10, viewers: 100 });
  }
  expect(reads.pagesADay).toBeCloseTo(4, 1);
});

it("forgets who does not tell any more", () => {
  const reads = new MeanReads(5);
  for (let i = 0; i < 100; i++) reads.heard({ pagesADay: 50, viewers: 1_000 });
  for (let i = 0; i < 10_000; i++) reads.heard({ pagesADay: 1, viewers: 1_000 });
  expect(reads.pagesADay).toBeCloseTo(1, 1);
});

it("takes no nonsense", () => {
  const reads = new MeanReads(5);
  for (const [pagesADay, viewers] of [
    [Number.NaN, 1],
    [-1, 1],
    [1, 0],
    [Number.POSITIVE_INFINITY, 1],
  ]) {
    reads.heard({ pagesADay, viewers });
  }
  expect(reads.pagesADay).toBe(5);
});
