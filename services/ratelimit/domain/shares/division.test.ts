import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claim, divide } from "./divide.ts";
import { Division } from "./division.ts";

const claim = fc.record({
  assured: fc.integer({ min: 0, max: 500_000 }),
  ceiling: fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.constant(Infinity)),
  wants: fc.integer({ min: 0, max: 1_500_000 }),
  weight: fc.integer({ min: 1, max: 10 }),
  priority: fc.integer({ min: 0, max: 7 }),
  idle: fc.integer({ min: 0, max: 500_000 }),
});
/** A claim comes, in the place of another one, or one goes. */
const steps = fc.array(fc.record({ claim, at: fc.nat(), isGone: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
});

function divisionAfter(list: readonly { claim: Claim; at: number; isGone: boolean }[]) {
  const division = new Division();
  const claims: Claim[] = [];
  for (const { claim, at, isGone } of list) {
    if (isGone && claims.length > 0) {
      for (const gone of claims.splice(at % claims.length, 1)) division.remove(gone);
    }
    claims.push(claim);
    division.add(claim);
  }
  return { division, claims };
}

describe("dividing among claims that come and go", () => {
  it("gives what dividing them all at once gives, but for what rounding leaves", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 3_000_000 }), (list, capacity) => {
        const { division, claims } = divisionAfter(list);
        const parts = claims.map(division.partsOf(capacity));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(capacity);
        divide(capacity, claims).forEach((part, i) => {
          expect(Math.abs(parts[i] - part)).toBeLessThanOrEqual(claims.length);
        });
      }),
    );
  });

  it("leaves less than a hundredth when thousands want each another amount", () => {
    const division = new Division();
    const claims = Array.from({ length: 20_000 }, (_, i): Claim => {
      const wants = 1_000_000 + 7 * i;
      return { assured: 0, ceiling: Infinity, wants, weight: 1, priority: 0, idle: 0 };
    });
    for (const one of claims) division.add(one);
    const capacity = claims.length * 1_050_000;
    const parts = claims.map(division.partsOf(capacity));
    const sum = parts.reduce((total, part) => total + part, 0);
    expect(sum).toBeLessThanOrEqual(capacity);
    expect(sum).toBeGreaterThan(0.99 * capacity);
    expect(parts[0]).toBe(1_000_000);
  });

  it("knows no limit where there is none", () => {
    const division = new Division();
    const one = { assured: 1, ceiling: Infinity, wants: 2, weight: 1, priority: 0, idle: 0 };
    division.add(one);
    expect(division.partsOf(Infinity)(one)).toBe(Infinity);
  });
});
