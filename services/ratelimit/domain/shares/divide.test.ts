import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SchHtb } from "../../testing/reference/sch-htb.ts";
import { type Claim, divide } from "./divide.ts";

const claim = (more: Partial<Claim>): Claim => ({
  assured: 100,
  ceiling: 1_000,
  wants: 1_000,
  weight: 1,
  priority: 0,
  idle: 100,
  ...more,
});

describe("dividing", () => {
  it("gives what is assured first, then by priority, then by weight", () => {
    expect(divide(1_000, [claim({ weight: 3 }), claim({}), claim({ priority: 1 })])).toEqual([
      100 + 525,
      100 + 175,
      100,
    ]);
  });

  it("gives what nobody wants, up to what each may have of it, and leaves the rest", () => {
    const claims = [claim({ wants: 0, assured: 300, idle: 300 }), claim({ wants: 200, idle: 250 })];
    expect(divide(600, claims)).toEqual([300, 250]);
    expect(divide(400, claims)).toEqual([150, 250]);
    expect(divide(600, [claim({ wants: 0, idle: 0 }), claim({ wants: 50 })])).toEqual([0, 100]);
  });

  it("scales down what was oversold", () => {
    expect(divide(150, [claim({ assured: 200 }), claim({})])).toEqual([100, 50]);
  });

  it("knows no limit where there is none", () => {
    expect(divide(Infinity, [claim({}), claim({ ceiling: Infinity })])).toEqual([1_000, Infinity]);
  });

  const claims = fc.array(
    fc.record({
      assured: fc.integer({ min: 0, max: 500 }),
      ceiling: fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.constant(Infinity)),
      wants: fc.integer({ min: 0, max: 1_500 }),
      weight: fc.integer({ min: 1, max: 10 }),
      priority: fc.integer({ min: 0, max: 7 }),
      idle: fc.integer({ min: 0, max: 500 }),
    }),
    { minLength: 1, maxLength: 10 },
  );

  it("never gives more than there is, passes no ceiling, and leaves nothing that is wanted", () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: 0, max: 3_000 }), (list, capacity) => {
        const parts = divide(capacity, list);
        const sum = parts.reduce((total, part) => total + part, 0);
        expect(sum).toBeLessThanOrEqual(capacity);
        const isWanting = list.some((one, i) => parts[i] < Math.min(one.wants, one.ceiling));
        if (isWanting) expect(sum).toBeGreaterThan(capacity - list.length - 1);
        const promised = list.reduce((t, c) => t + Math.min(c.assured, c.wants, c.ceiling), 0);
        list.forEach((one, i) => {
          expect(parts[i]).toBeLessThanOrEqual(one.ceiling);
          if (promised > capacity) return;
          expect(parts[i]).toBeGreaterThanOrEqual(Math.min(one.assured, one.wants, one.ceiling));
        });
      }),
    );
  });

  it("is the steady state of sch_htb", () => {
    const leaf = fc.record({
      rate: fc.integer({ min: 20, max: 100 }),
      more: fc.integer({ min: 0, max: 400 }),
      prio: fc.integer({ min: 0, max: 2 }),
      quantum: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 2, maxLength: 5 }), (leaves) => {
        const shape = { burst: 10, cburst: 10 };
        const host = {
          ...shape,
          id: "h",
          parent: undefined,
          rate: 500,
          ceil: 500,
          prio: 0,
          quantum: 1,
        };
        const plans = leaves.map(({ more, ...one }, i) => {
          return { ...shape, ...one, id: `${i}`, parent: "h", ceil: one.rate + more };
        });
        const reference = new SchHtb([host, ...plans]);
        for (const { id } of plans) reference.at(id).backlog = Infinity;
        // The bursts are gone after two seconds.
        reference.runUntil(2_000_000);
        const before = plans.map(({ id }) => reference.sentBy(id));
        reference.runUntil(12_000_000);
        const parts = divide(
          500,
          plans.map(({ rate, ceil, prio, quantum }) =>
            claim({ assured: rate, ceiling: ceil, wants: ceil, weight: quantum, priority: prio }),
          ),
        );
        plans.forEach(({ id }, i) => {
          const ratio = (reference.sentBy(id) - before[i]) / 10 / parts[i];
          expect(ratio).toBeGreaterThan(0.95);
          expect(ratio).toBeLessThan(1.05);
        });
      }),
      { numRuns: 15 },
    );
  });
});
