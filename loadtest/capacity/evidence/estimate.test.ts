import { describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { estimateCapacity, isKnown } from "./estimate.ts";

const trials = (loads: readonly number[], outcome: "held" | "failed" | "inconclusive") =>
  loads.map((load) => ({ load, outcome }));

describe("estimate", () => {
  it("lies between what held and what failed, when these don't overlap", () => {
    const estimate = estimateCapacity([
      ...trials([50, 80, 90, 90, 95, 95, 95, 95, 95], "held"),
      ...trials([100, 100, 110, 110, 200], "failed"),
    ]);
    expect(present(estimate).load).toBeGreaterThan(95);
    expect(present(estimate).load).toBeLessThan(100);
    expect(present(estimate).low).toBeLessThan(present(estimate).load);
    expect(present(estimate).high).toBeGreaterThan(present(estimate).load);
    expect(present(estimate).spread).toBeLessThan(0.05);
    expect([isKnown(present(estimate), 0.08), isKnown(present(estimate), 0.02)]).toEqual([
      true,
      false,
    ]);
  });

  it("is wider, and so is the spread, when they do", () => {
    const estimate = estimateCapacity([
      ...trials([50, 80, 85, 95, 110, 115], "held"),
      ...trials([85, 90, 100, 110, 120, 200], "failed"),
    ]);
    expect(present(estimate).load).toBeGreaterThan(92);
    expect(present(estimate).load).toBeLessThan(108);
    expect(present(estimate).spread).toBeGreaterThan(0.07);
    expect(isKnown(present(estimate), 0.07)).toBe(false);
  });

  it("is not moved far by one step that failed for another reason", () => {
    const clear = [
      ...trials([80, 90, 90, 95, 95, 95], "held"),
      ...trials([100, 100, 110], "failed"),
    ];
    const withLapse = estimateCapacity([...clear, ...trials([30], "failed")]);
    expect(present(withLapse).load / present(estimateCapacity(clear)).load).toBeCloseTo(1, 1);
  });

  it("says nothing without both", () => {
    expect(estimateCapacity([])).toBeUndefined();
    expect(estimateCapacity(trials([1, 2], "held"))).toBeUndefined();
    expect(estimateCapacity(trials([1, 2], "failed"))).toBeUndefined();
    const unknown = [...trials([1, 2], "held"), ...trials([3], "inconclusive")];
    expect(estimateCapacity(unknown)).toBeUndefined();
  });
});
