import { describe, expect, test } from "vitest";
import { createPopulation } from "../../population/population.ts";
import { present } from "../../services/model/invariant.ts";
import { decodeHistogram, quantile } from "../measure/histogram.ts";
import { createModel } from "./create-model.ts";
import type { Model } from "./model.ts";
import { simulateDay } from "./simulate-day.ts";
import type { SimulationResult } from "./simulation-result.ts";
import { plainModel } from "./testing/plain-model.ts";

const SEED = 7;
const offPercent = (actual: number, wanted: number) => 100 * Math.abs(actual / wanted - 1);

/** Nothing is created and nothing is lost. */
function expectConserved({ counts }: SimulationResult): void {
  expect(counts.delivered + counts.dropped + counts.held).toBe(counts.posts);
}

const population = createPopulation({ people: 1_000_000, seed: 1 });
const standard = (engine: Model["engine"], owners: number, postsPerSecond: number) =>
  createModel(population, { engine, dailyUsers: 1e6, owners, postsPerSecond });

describe.each(["embedded", "cql"] as const)("a mesh on %s engines", (engine) => {
  test("delivers all posts, whoever dies, pauses or refuses", () => {
    const model = standard(engine, 3, 400);
    const authors = [...model.audience.authors, { friends: 12_000, share: 0.002 }];
    const faults = { ...model.faults, workerDeathsADay: 4_000, rejectedShare: 0.001 };
    const troubled = { ...model, audience: { ...model.audience, authors }, faults };
    const options = { seed: SEED, fromSecond: 3_600, seconds: 120 };
    const outages = [
      { what: "broker", fromSecond: 3_630, seconds: 7 },
      { what: "owner", index: 2, fromSecond: 3_660, seconds: 12 },
      { what: "worker", how: "kill", fromSecond: 3_690, seconds: 3 },
      { what: "worker", how: "pause", fromSecond: 3_700, seconds: 2 },
    ] as const;
    const result = simulateDay(troubled, { ...options, outages });
    const { counts } = result;
    expectConserved(result);
    expect(counts.held).toBe(0);
    expect(offPercent(counts.posts, 400 * 120)).toBeLessThan(2);
    expect(offPercent(counts.dropped, 0.001 * counts.posts)).toBeLessThan(50);
    expect(counts.workerDeaths).toBeGreaterThan(2);
    expect(counts.redeliveries).toBeGreaterThan(0);
    expect(counts.timedOutCalls).toBeGreaterThan(0);
    expect(counts.longPosts).toBeGreaterThan(0);
    expect(counts.chunks).toBe(3 * counts.longPosts);
    // What was delivered twice was appended twice.
    expect(counts.appended).toBeGreaterThan(counts.deliveries);
    expect(simulateDay(troubled, { ...options, outages })).toEqual(result);
    const undisturbed = simulateDay(model, options);
    expectConserved(undisturbed);
    expect(undisturbed.lag.maxMicros).toBeLessThan(result.lag.maxMicros);
    expect(undisturbed.counts.redeliveries).toBe(0);
    expect(offPercent(undisturbed.counts.appended, undisturbed.counts.deliveries)).toBeLessThan(2);
  });
});

test("the file's histogram is that of the lags", () => {
  const { lag, windows, counts } = simulateDay(standard("embedded", 2, 50), {
    seed: SEED,
    fromSecond: 0,
    seconds: 60,
  });
  const histogram = decodeHistogram(lag.histogram);
  expect(offPercent(histogram.totalCount, counts.deliveries)).toBeLessThan(0.1);
  expect(offPercent(quantile(histogram, 0.5), present(lag.p50Micros))).toBeLessThan(1);
  expect(windows.posts.reduce((sum, posts) => sum + posts, 0)).toBe(counts.posts);
  expect(windows.atSecond).toHaveLength(60);
});

test("lag follows the load through the day, and owners their sizes", () => {
  const model = standard("cql", 20, 1);
  const load = { postsADay: 50_000_000, pagesADay: 100_000_000, zones: "home" } as const;
  const processes = { ...model.processes, fanout: 2 };
  const busy = { ...model, load, processes };
  const at = (hour: number) =>
    simulateDay(busy, { seed: SEED, fromSecond: hour * 3_600, seconds: 60 });
  const [night, peak] = [at(12), at(1.5)];
  expect(peak.counts.posts).toBeGreaterThan(5 * night.counts.posts);
  expect(present(peak.lag.p50Micros)).toBeGreaterThan(present(night.lag.p50Micros));
  // The busier, the more posts a call.
  const fill = ({ counts }: SimulationResult) => counts.pieces / counts.appendCalls;
  expect(fill(peak)).toBeGreaterThan(2 * fill(night));
});

test.each([
  [{ seconds: 0 }, /seconds is 0: it must be 1 to 90000/],
  [{ fromSecond: 86_400 }, /fromSecond is 86400/],
  [
    { outages: [{ what: "worker", index: 2, fromSecond: 1, seconds: 1 }] as const },
    /the index of a worker is 2: it must be 0 to 1/,
  ],
  [
    { outages: [{ what: "broker", fromSecond: 99, seconds: 1 }] as const },
    /an outage's fromSecond is 99: it must be 0 to 10/,
  ],
])("%j is refused", (wrong, message) => {
  const model = plainModel({ postsPerSecond: 1 });
  expect(() => simulateDay(model, { seed: 1, fromSecond: 0, seconds: 10, ...wrong })).toThrow(
    message,
  );
});

test("a model of nothing is refused, naming the field", () => {
  const model = plainModel({ postsPerSecond: 1, owners: 0 });
  expect(() => simulateDay(model, { seed: 1, fromSecond: 0, seconds: 10 })).toThrow(
    "processes.timeline (owners) is 0: it must be a whole number from 1 to 4096",
  );
});
