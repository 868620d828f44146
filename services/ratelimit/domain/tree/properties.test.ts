import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Greedy, runGreedy, treeOfClasses } from "../../testing/greedy.ts";
import type { ClassPlan } from "../../testing/reference/htb-class.ts";
import { NO_NODE } from "./htb-tree.ts";

const SECOND_US = 1_000_000;

const leafPlan = fc.record({
  parent: fc.constantFrom("host", "g"),
  rate: fc.integer({ min: 1, max: 300 }),
  more: fc.integer({ min: 0, max: 700 }),
  burst: fc.integer({ min: 2, max: 30 }),
  prio: fc.integer({ min: 0, max: 2 }),
  quantum: fc.integer({ min: 1, max: 4 }),
});

/** A host, a group in it, and leaves in either; not oversold: half of a burst covers those below. */
const forest = fc.array(leafPlan, { minLength: 2, maxLength: 6 }).map((leaves): ClassPlan[] => {
  const plans = leaves.map(({ more, ...leaf }, i) => ({
    ...leaf,
    id: `leaf-${i}`,
    ceil: leaf.rate + more,
    cburst: leaf.burst,
  }));
  const below = (parent: string) => plans.filter((plan) => plan.parent === parent);
  const inGroup = Math.max(1, sumOf(below("g"), "rate"));
  const groupBurst = 2 * sumOf(below("g"), "burst") + 2;
  const total = inGroup + sumOf(below("host"), "rate");
  const burst = 2 * (groupBurst + sumOf(below("host"), "burst"));
  const shape = { prio: 0, quantum: 1 };
  const group = {
    ...shape,
    rate: inGroup,
    ceil: inGroup * 2,
    burst: groupBurst,
    cburst: groupBurst,
  };
  return [
    { ...shape, id: "host", parent: undefined, rate: total, ceil: total, burst, cburst: burst },
    { ...group, id: "g", parent: "host" },
    ...plans,
  ];
});

const sumOf = (plans: readonly ClassPlan[], key: "rate" | "burst") =>
  plans.reduce((total, plan) => total + plan[key], 0);

const loads = (ids: readonly string[], endUs: number) =>
  fc.array(
    fc.record({
      id: fc.constantFrom(...ids),
      fromUs: fc.integer({ min: 0, max: endUs }),
      forUs: fc.integer({ min: 1, max: endUs }),
    }),
    { minLength: 1, maxLength: 8 },
  );

const leavesOf = (plans: readonly ClassPlan[]) =>
  plans.filter(({ id }) => id.startsWith("leaf")).map(({ id }) => id);

/** The most that passed a node beyond rate x T in any window; `times` rise. */
function worstWindow(times: readonly number[], perSecond: number): number {
  // With f(i) = i - rate x t(i), a window from i to j holds f(j) - f(i) + 1 beyond its rate.
  let lowest = Infinity;
  let worst = 0;
  times.forEach((atUs, i) => {
    const level = i - (perSecond * atUs) / SECOND_US;
    lowest = Math.min(lowest, level);
    worst = Math.max(worst, level - lowest + 1);
  });
  return worst;
}

describe("the tree", () => {
  const endUs = 3 * SECOND_US;
  const histories = forest.chain((plans) =>
    loads(leavesOf(plans), endUs).map((load) => ({
      plans,
      callers: load.map(
        ({ id, fromUs, forUs }): Greedy => ({ id, fromUs, untilUs: fromUs + forUs }),
      ),
    })),
  );

  it("passes no ceiling, at no node, in no window", () => {
    fc.assert(
      fc.property(histories, ({ plans, callers }) => {
        const times = new Map(plans.map(({ id }) => [id, [] as number[]]));
        const parents = new Map(plans.map(({ id, parent }) => [id, parent]));
        runGreedy(plans, callers, endUs, (leaf, nowUs) => {
          for (let id: string | undefined = leaf; id; id = parents.get(id)) {
            times.get(id)?.push(nowUs);
          }
        });
        for (const { id, ceil, cburst } of plans) {
          expect(worstWindow(times.get(id) ?? [], ceil), id).toBeLessThanOrEqual(cburst + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("gives each its assured rate, whoever else asks", () => {
    fc.assert(
      fc.property(forest, (plans) => {
        const callers = leavesOf(plans).map((id) => ({ id, fromUs: 0, untilUs: Infinity }));
        const got = runGreedy(plans, callers, endUs);
        for (const { id, rate } of plans) {
          if (!got.has(id)) continue;
          expect(got.get(id), id).toBeGreaterThanOrEqual(
            Math.floor((rate * endUs) / SECOND_US) - 1,
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it("lends all of what is not used, while somebody may have it", () => {
    fc.assert(
      fc.property(forest, fc.integer({ min: 0, max: 5 }), (plans, pick) => {
        const leaves = leavesOf(plans);
        const id = leaves[pick % leaves.length];
        const path: number[] = [];
        const byId = new Map(plans.map((plan) => [plan.id, plan]));
        for (let one = byId.get(id); one; one = one.parent ? byId.get(one.parent) : undefined) {
          path.push(one.ceil);
        }
        const got = runGreedy(plans, [{ id, fromUs: 0, untilUs: Infinity }], endUs).get(id) ?? 0;
        expect(got).toBeGreaterThanOrEqual((Math.min(...path) * endUs * 0.95) / SECOND_US - 1);
      }),
      { numRuns: 40 },
    );
  });

  it("shares loans by weight within 5%", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(weights, (quanta) => {
        const shape = { burst: 20, cburst: 20, prio: 0 };
        const host = {
          ...shape,
          id: "host",
          parent: undefined,
          rate: 1_000,
          ceil: 1_000,
          quantum: 1,
        };
        const leaves = quanta.map((quantum, i) => {
          return { ...shape, id: `leaf-${i}`, parent: "host", rate: 10, ceil: 1_000, quantum };
        });
        const callers = leaves.map(({ id }) => ({ id, fromUs: 0, untilUs: Infinity }));
        // The bursts are gone after a second.
        const got = new Map(callers.map(({ id }) => [id, 0]));
        runGreedy([host, ...leaves], callers, 4 * SECOND_US, (id, nowUs) => {
          if (nowUs >= SECOND_US) got.set(id, (got.get(id) ?? 0) + 1);
        });
        const total = quanta.reduce((sum, quantum) => sum + quantum, 0);
        const lent = 1_000 - 10 * quanta.length;
        quanta.forEach((quantum, i) => {
          const want = 3 * (10 + (lent * quantum) / total);
          expect((got.get(`leaf-${i}`) ?? 0) / want).toBeGreaterThan(0.95);
          expect((got.get(`leaf-${i}`) ?? 0) / want).toBeLessThan(1.05);
        });
      }),
      { numRuns: 20 },
    );
  });

  it("gives a borrowed rate back at once", () => {
    const shape = { burst: 20, cburst: 20, prio: 0, quantum: 1, ceil: 1_000 };
    const plans: ClassPlan[] = [
      { ...shape, id: "host", parent: undefined, rate: 1_000, burst: 40, cburst: 40 },
      { ...shape, id: "leaf-noisy", parent: "host", rate: 100 },
      { ...shape, id: "leaf-quiet", parent: "host", rate: 900 },
    ];
    const callers = [
      { id: "leaf-noisy", fromUs: 0, untilUs: Infinity },
      { id: "leaf-quiet", fromUs: SECOND_US, untilUs: Infinity },
    ];
    const quiet: number[] = [];
    runGreedy(plans, callers, 2 * SECOND_US, (id, nowUs) => {
      if (id === "leaf-quiet") quiet.push(nowUs);
    });
    const within = (us: number) => quiet.filter((at) => at < SECOND_US + us).length;
    expect(within(10_000)).toBeGreaterThanOrEqual(20 + 8);
    expect(within(SECOND_US)).toBeGreaterThanOrEqual(900);
  });
});

describe("the arithmetic", () => {
  it("loses and invents no token, however time is cut", () => {
    const rates = fc.integer({ min: 1, max: 1_000_000 });
    const steps = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(rates, steps, (rate, gaps) => {
        const plan = { rate, ceil: rate, burst: 1_000_000, cburst: 1_000_000, prio: 0, quantum: 1 };
        const { tree } = treeOfClasses([{ ...plan, id: "a", parent: undefined }]);
        expect(tree.decide(0, 1_000_000, 0, 0)).toBe(0);
        let nowUs = 0;
        for (const gap of gaps) {
          nowUs += gap;
          tree.available(0, nowUs);
        }
        const earned = Number((BigInt(rate) * BigInt(nowUs)) / 1_000_000n);
        expect(tree.available(0, nowUs).ops).toBe(Math.min(1_000_000, earned));
      }),
    );
  });

  it("is exact over 10^9 operations", () => {
    // 7 an hour is no whole number a microsecond, a second or a minute.
    const plan = { prio: 0, quantum: 1, burst: 1_000_000, cburst: 1_000_000, id: "a" };
    const perSecond = 999_983;
    const { tree } = treeOfClasses([
      { ...plan, parent: undefined, rate: perSecond, ceil: perSecond },
    ]);
    tree.decide(0, 1_000_000, 0, 0);
    let admitted = 0n;
    let nowUs = 0;
    for (let i = 0; admitted < 1_000_000_000n; i++) {
      nowUs += 700_001 + (i % 7) * 13;
      const { ops } = tree.available(0, nowUs);
      expect(tree.decide(0, ops, 0, nowUs)).toBe(0);
      admitted += BigInt(ops);
    }
    expect(admitted).toBe((BigInt(perSecond) * BigInt(nowUs)) / 1_000_000n);
  });

  it("gives nothing for a clock that steps back, and a burst at most for one that jumps", () => {
    const plan = { rate: 10, ceil: 10, burst: 5, cburst: 5, prio: 0, quantum: 1 };
    const { tree } = treeOfClasses([{ ...plan, id: "a", parent: undefined }]);
    const takeAll = (nowUs: number) => {
      let taken = 0;
      while (tree.decide(0, 1, 0, nowUs) === 0) taken++;
      return taken;
    };
    expect(takeAll(SECOND_US)).toBe(5);
    expect(takeAll(0)).toBe(0);
    expect(takeAll(SECOND_US)).toBe(0);
    expect(takeAll(SECOND_US + 100_000)).toBe(1);
    expect(takeAll(1e15)).toBe(5);
    expect(tree.decide(0, 6, 0, 1e15)).toBe(Infinity);
    expect(tree.refusedBy).not.toBe(NO_NODE);
  });
});
