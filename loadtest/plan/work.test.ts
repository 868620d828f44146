import { describe, expect, it } from "vitest";
import { levelled, ownersTouched } from "./work.ts";

describe("batch fill", () => {
  it("is as measured on real fan-outs: 181 friends over 4, 20 and 64 owners", () => {
    const perOwner = (owners: number) => 181 / ownersTouched(181, owners);
    // Measured over a whole distribution of degrees: 48, 11 and 4.3 (its small lists touch fewer owners).
    expect(perOwner(4)).toBeCloseTo(45.25, 2);
    expect(perOwner(20)).toBeGreaterThan(9);
    expect(perOwner(20)).toBeLessThan(11);
    expect(perOwner(64)).toBeGreaterThan(3);
    expect(perOwner(64)).toBeLessThan(4.3);
    expect(ownersTouched(1, 64)).toBeCloseTo(1, 9);
  });

  it("has a call for each piece at low rates, and levels off", () => {
    expect(levelled(1, 400)).toBeCloseTo(1, 2);
    expect(levelled(40_000, 400)).toBeGreaterThan(390);
    expect(levelled(40_000, 400)).toBeLessThan(400);
  });
});
