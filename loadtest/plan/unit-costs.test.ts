import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { type Equation, solveNonNegative } from "./least-squares.ts";
import { LOAD } from "./testing/loads.ts";
import { cpuOf, fitUnitCosts, type Sample, type UnitCosts } from "./unit-costs.ts";
import { type Load, workOf } from "./work.ts";

const CURVE = { callsAtMost: 400, commitsAtMost: 250 };
const TRUE_COSTS: UnitCosts = {
  gateway: {
    idle: 0.01,
    each: { restPosts: 500e-6, restPages: 700e-6, streams: 5e-6, events: 400e-6 },
  },
  post: {
    idle: 0.01,
    turns: { each: 3e-3, atMost: 48 },
    each: {
      posts: 90e-6,
      postedKiB: 20e-6,
      commits: 700e-6,
      batches: 140e-6,
      events: 60e-6,
    },
  },
  fanout: {
    idle: 0.01,
    turns: { each: 2e-3, atMost: 24 },
    each: { posts: 40e-6, friendsListed: 0.1e-6, pieces: 5e-6, appendCalls: 80e-6 },
  },
  timeline: {
    idle: 0.02,
    each: {
      appendCallsHere: 90e-6,
      piecesHere: 6e-6,
      stored: 0.4e-6,
      dropped: 0.05e-6,
      pages: 80e-6,
      streams: 2e-6,
      events: 30e-6,
    },
  },
};
/** Mixtures in which every kind of work varies by itself. */
const MIXTURES: readonly Partial<Load>[] = [
  {},
  { postsPerSecond: 30 },
  { owners: 4, ownersTouched: 3.9, ownersHere: 4 },
  { owners: 20, ownersTouched: 17 },
  { owners: 64, ownersTouched: 45, postsPerSecond: 600 },
  { pagesPerSecond: 0, batchShare: 0 },
  { pagesPerSecond: 0, textBytes: 1_000 },
  { postsPerSecond: 1, pagesPerSecond: 2_000, batchShare: 0 },
  { friendsPerPost: 100, activePerPost: 20 },
  { friendsPerPost: 200, activePerPost: 190, batchShare: 0.5 },
  { restShare: 1 },
  { restShare: 1, postsPerSecond: 50 },
  { postsPerSecond: 10, pagesPerSecond: 20, streams: 4_000, watchedShare: 0.1 },
  { postsPerSecond: 100, streams: 1_000, watchedShare: 0.04 },
  { postsPerSecond: 300, pagesPerSecond: 0, streams: 500, watchedShare: 0.02 },
  { restShare: 1, postsPerSecond: 20, pagesPerSecond: 40 },
  { restShare: 1, postsPerSecond: 5, pagesPerSecond: 900 },
];

function samplesOf(noise: (index: number) => number): readonly Sample[] {
  return MIXTURES.map((change, i) => {
    const work = workOf({ ...LOAD, ...change }, CURVE);
    const cpu = Object.fromEntries(
      Object.entries(cpuOf(TRUE_COSTS, work)).map(([tier, share]) => [tier, share * noise(i)]),
    );
    return { name: `mixture ${i}`, work, cpu };
  });
}

describe("non-negative least squares", () => {
  it("solves what has an answer, and gives nothing where less than nothing would fit", () => {
    const equation = (factors: number[], value: number): Equation => ({
      factors,
      value,
      weight: 1,
    });
    const exact = solveNonNegative([equation([1, 2], 8), equation([3, 1], 9), equation([1, 1], 5)]);
    expect(exact[0]).toBeCloseTo(2, 6);
    expect(exact[1]).toBeCloseTo(3, 6);
    const below = solveNonNegative([equation([1, 0], 4), equation([1, 1], 2)]);
    expect(below[1]).toBe(0);
    expect(below[0]).toBeCloseTo(3, 6);
  });
});

describe("unit costs", () => {
  it("are found again from the CPU that they made", () => {
    const found = fitUnitCosts(samplesOf(() => 1));
    for (const [tier, { each }] of Object.entries(TRUE_COSTS)) {
      for (const [kind, cost] of Object.entries(each)) {
        const fitted = present(found[tier as "post"]).each as Record<string, number>;
        expect(fitted[kind] / cost, `${tier} ${kind}`).toBeCloseTo(1, 2);
      }
    }
  });

  it("predict a mixture that was not among them within the noise of the runs", () => {
    const found = fitUnitCosts(samplesOf((i) => (i % 2 === 0 ? 1.05 : 0.95)));
    const other = workOf({ ...LOAD, owners: 10, ownersTouched: 9, textBytes: 500 }, CURVE);
    const sum = (costs: UnitCosts) =>
      Object.values(cpuOf(costs, other)).reduce((total, share) => total + share, 0);
    expect(Math.abs(sum(found) / sum(TRUE_COSTS) - 1)).toBeLessThan(0.1);
  });

  it("tell a process that sleeps between two calls from one that has many at a time", () => {
    const { post, timeline } = fitUnitCosts(samplesOf(() => 1));
    expect(present(present(post).turns).each).toBeCloseTo(3e-3, 4);
    expect(present(present(post).turns).atMost).toBe(48);
    expect(present(present(timeline).turns).each).toBeCloseTo(0, 5);
    const alone = cpuOf({ post: present(post) }, workOf({ ...LOAD, postsPerSecond: 1 }, CURVE));
    const two = cpuOf({ post: present(post) }, workOf({ ...LOAD, postsPerSecond: 1 }, CURVE), {
      post: 2,
    });
    expect(present(two.post)).toBeGreaterThan(present(alone.post));
  });

  it("ask for more runs when they can't be told apart", () => {
    expect(() => fitUnitCosts(samplesOf(() => 1).slice(0, 3))).toThrow(
      /3 calibration runs can't tell/,
    );
  });
});
