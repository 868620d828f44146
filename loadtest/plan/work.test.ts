import { describe, expect, it } from "vitest";
import { levelled } from "./work.ts";

describe("calls to an owner", () => {
  it("are one for each piece at low rates, and level off", () => {
    expect(levelled(1, 400)).toBeCloseTo(1, 2);
    expect(levelled(40_000, 400)).toBeGreaterThan(390);
    expect(levelled(40_000, 400)).toBeLessThan(400);
  });
});
