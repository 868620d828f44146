import type uPlot from "uplot";
import { describe, expect, it } from "vitest";
import { linearRange, logarithmicSplits } from "./scales.ts";

const plot = {} as uPlot;

describe("a linear axis", () => {
  it("begins at zero and has room above", () => {
    const [low, high] = linearRange(plot, 180, 200);
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(200);
  });

  it("exists without values, and when all are zero", () => {
    expect(linearRange(plot, null, null)).toEqual([0, 1]);
    expect(linearRange(plot, 0, 0)).toEqual([0, 1]);
  });
});

describe("a logarithmic axis", () => {
  it("has powers of ten, and more when there are few", () => {
    expect(logarithmicSplits(plot, 0, 1, 1_000)).toEqual([1, 10, 100, 1_000]);
    expect(logarithmicSplits(plot, 0, 3, 90)).toEqual([5, 10, 20, 50]);
  });
});
