import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../platform/storage/log/testing/random.ts";
import { MAX_TOTAL_REVENUE, NOBODY, ReferralLedger } from "./referral-ledger.ts";
import { createRevenueWindow, type RevenueWindow } from "./revenue-order.ts";
import { sortByRevenue } from "./sort-by-revenue.ts";
import { checkOrder } from "./testing/check-tree.ts";
import { NaiveLedger } from "./testing/naive-ledger.ts";

const ranked = ({ users, revenues, count }: RevenueWindow) =>
  Array.from({ length: count }, (_, i) => ({ user: users[i], revenue: revenues[i] }));

describe("the ledger", () => {
  it("gives the example of the notes, but for user 2: it has what it came with", () => {
    const ledger = new ReferralLedger(10);
    expect(ledger.insert(10, NOBODY)).toBe(1);
    expect(ledger.order.revenueOf(1)).toBe(10);
    expect(ledger.insert(15, 1)).toBe(2);
    expect(ledger.order.revenueOf(1)).toBe(25);
    expect(ledger.order.revenueOf(2)).toBe(15);
  });

  it.each([
    ["a negative revenue", -1, NOBODY, "revenue-negative"],
    ["half a unit", 0.5, NOBODY, "revenue-not-integer"],
    ["no number", Number.NaN, NOBODY, "revenue-not-integer"],
    ["more than all sums may be", MAX_TOTAL_REVENUE, NOBODY, "revenue-overflows"],
    ["a referrer that is not there", 1, 3, "referrer-unknown"],
    ["half a referrer", 1, 1.5, "referrer-unknown"],
    ["a negative referrer", 1, -1, "referrer-unknown"],
  ])("refuses %s and stays as it was", (_, revenue, referrer, refusal) => {
    const ledger = new ReferralLedger(10);
    ledger.insert(1, NOBODY);
    expect(ledger.refusalOf(revenue, referrer)).toBe(refusal);
    expect(() => ledger.insert(revenue, referrer)).toThrow(refusal);
    expect(ledger.count).toBe(1);
    expect(ledger.insert(MAX_TOTAL_REVENUE - 1, 1)).toBe(2);
    expect(ledger.figuresOf(1)).toMatchObject({ revenue: MAX_TOTAL_REVENUE, broughtUsers: 1 });
  });

  it("is full at its bound", () => {
    const ledger = new ReferralLedger(1);
    ledger.insert(1, NOBODY);
    expect(ledger.refusalOf(1, NOBODY)).toBe("full");
  });

  // Small ones, which are often equal, those around the highest short key that is exact, and rich.
  const edge = 2 ** 31;
  const revenue = fc.oneof(
    { weight: 3, arbitrary: fc.nat(50) },
    fc.integer({ min: edge - 40, max: edge + 40 }),
    fc.nat(2 ** 40),
  );
  const step = fc.record({
    ...{ revenue, referrer: fc.oneof(fc.nat(), fc.nat(2)), isReferred: fc.boolean() },
    isAsked: fc.boolean(),
  });
  it("answers as the naive one, whatever came", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const ledger = new ReferralLedger(200, 7);
        const naive = new NaiveLedger();
        for (const { revenue, referrer, isReferred, isAsked } of steps) {
          const by = isReferred && naive.users.length > 0 ? 1 + (referrer % naive.users.length) : 0;
          const user = naive.insert(revenue, by);
          expect(ledger.insert(revenue, by)).toBe(user);
          // What waits is never seen, whenever somebody asks.
          if (!isAsked) continue;
          expect(ledger.figuresOf(user)).toEqual(naive.figuresOf(user));
          expect(ledger.order.rankOf(user)).toBe(naive.rankOf(user));
        }
        expectSame(ledger, naive, [-1, 0, 1, 24.5, 25, 400, edge, edge + 40.5, MAX_TOTAL_REVENUE]);
      }),
      { numRuns: 60 },
    );
  });

  const shapes: Readonly<Record<string, (count: number, random: () => number) => number>> = {
    "a chain": (count) => count,
    "a star": (count) => Math.min(count, 1),
    "a bush": (count, random) => (count === 0 ? 0 : 1 + Math.floor(random() * count)),
    "a forest": (count, random) => Math.floor(random() * random() * (count + 1)),
    "many combs": (count) => (count % 50 === 0 ? 0 : count - (count % 50) + 1 + (count % 7)),
  };
  it.each(Object.entries(shapes))(
    "holds %s of thousands, and after a restart too",
    async (_, shape) => {
      const random = seededRandom(11);
      const count = 3_000;
      const ledger = new ReferralLedger(2 * count, 700);
      const naive = new NaiveLedger();
      const own = new Float64Array(count + 1);
      const referrers = new Uint32Array(count + 1);
      for (let i = 0; i < count; i++) {
        const revenue = Math.floor(random() * 10 ** (i % 13));
        const referrer = Math.min(shape(i, random), i);
        own[i + 1] = revenue;
        referrers[i + 1] = referrer;
        ledger.insert(revenue, referrer);
        naive.insert(revenue, referrer);
      }
      const restored = new ReferralLedger(2 * count);
      restored.gather().set(1, own.subarray(1), referrers.subarray(1));
      await restored.build(sortByRevenue);
      const sample = Array.from(
        { length: 12 },
        () => naive.users[Math.floor(random() * count)].revenue,
      );
      expectSame(ledger, naive, sample, 401);
      expectSame(restored, naive, sample, 401);
      for (let i = 0; i < 500; i++) {
        const referrer = 1 + Math.floor(random() * naive.users.length);
        restored.insert(i, referrer);
        naive.insert(i, referrer);
      }
      expectSame(restored, naive, sample, 401);
      checkOrder(restored.order);
    },
  );
});

/** Compares all that can be asked; of the users each `step`th. */
function expectSame(
  ledger: ReferralLedger,
  naive: NaiveLedger,
  revenues: readonly number[],
  step = 1,
): void {
  const window = createRevenueWindow(60);
  for (const revenue of revenues) {
    for (const isInclusive of [false, true]) {
      ledger.order.lowest(window, 60, revenue, isInclusive);
      expect(ranked(window)).toEqual(naive.lowest(60, revenue, isInclusive));
      ledger.order.highest(window, 60, revenue, isInclusive);
      expect(ranked(window)).toEqual(naive.highest(60, revenue, isInclusive));
    }
    const max = revenue + 20;
    expect(ledger.order.countBetween(revenue, max)).toBe(naive.countBetween(revenue, max));
  }
  for (let user = 1; user <= naive.users.length; user += step) {
    expect(ledger.figuresOf(user)).toEqual(naive.figuresOf(user));
    expect(ledger.order.rankOf(user)).toBe(naive.rankOf(user));
  }
  expect(ledger.topReferrers(20)).toEqual(naive.topReferrers(20));
}
