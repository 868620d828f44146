import { expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { planningOf } from "../testing/planning.ts";
import { machineShare, scarcest, sizeOf } from "./size.ts";

const COSTS = {
  post: { idle: 0.1, each: { posts: 3e-3, logMessages: 40e-6, logTableReads: 30e-6 } },
  timeline: { idle: 0.02, each: { indexed: 10e-6, pages: 80e-6, searched: 0.1e-6, stored: 1e-6 } },
  cql: { idle: 0.05, each: { posts: 1e-3, stored: 200e-6, logTableReads: 40e-6 } },
};
const pushed = sizeOf(planningOf({ costs: COSTS }));
const pulled = sizeOf(planningOf({ costs: COSTS, delivery: "pull" }));
const tierOf = (sizing: typeof pulled, name: string) =>
  present(sizing.tiers.find(({ tier }) => tier === name));

it("has post processes enough to serve those who follow them, and owners enough to follow", () => {
  const { owners, writers, perSecond } = pulled;
  const { posts, pages } = perSecond;
  const { logMessages, logTableReads } = perSecond;
  expect(logMessages).toBeGreaterThan(24 * owners * writers);
  expect(logMessages).toBeLessThanOrEqual(25 * owners * writers);
  const { cpu } = tierOf(pulled, "post");
  expect(cpu).toBeCloseTo(
    writers * 0.1 + posts * 3e-3 + logMessages * 40e-6 + logTableReads * 30e-6,
    9,
  );
  expect(writers).toBeGreaterThanOrEqual(cpu / 0.6);
  expect(writers - 1).toBeLessThan(cpu / 0.6);
  const searching = pages * (80e-6 + 350 * 0.1e-6);
  const { cpu: reading } = tierOf(pulled, "timeline");
  expect(reading).toBeCloseTo(owners * (0.02 + posts * 10e-6) + searching, 9);
  expect(owners).toBeGreaterThanOrEqual(reading / 0.6);
  expect(pushed.writers).toBe(1);
});

it("holds no rings and no rows of entries, but friends, indexes, a log and the posts", () => {
  const { storage, owners } = pulled;
  expect(storage.map(({ what }) => what.split(/,| of/)[0])).toEqual([
    "friends",
    "recent index in memory",
    "post log",
    "posts",
  ]);
  const heldGiB = (120e6 * 1_600 + owners * 2 * 125e6 * 15) / 2 ** 30;
  const { memoryGiB } = tierOf(pulled, "timeline");
  expect(memoryGiB).toBeGreaterThan(1.5 * heldGiB);
  expect(memoryGiB).toBeLessThan(1.5 * heldGiB + 2 * 0.15 * owners);
});

it("says how many machines the posts alone take, and what decides how many a tier does", () => {
  const policy = planningOf({}).policy;
  const { machinesOfPosts } = pulled;
  expect(machinesOfPosts).toBeCloseTo((3 * 125e6 * 365 * 3 * 1_024) / (0.6 * 8 * 2 ** 40), 6);
  expect(pushed.machinesOfPosts).toBe(machinesOfPosts);
  const cql = tierOf(pulled, "cql");
  expect(scarcest(cql, policy)).toBe("disk");
  expect(machineShare(cql, policy)).toBeGreaterThan(machinesOfPosts);
  expect(scarcest({ ...cql, diskBytes: 0 }, policy)).toBe("CPU");
  expect(scarcest({ ...cql, diskBytes: 0, cores: 0 }, policy)).toBe("memory");
});

it("tells what a tier's CPU goes into, the most first, all of it", () => {
  const { cpu, parts } = tierOf(pulled, "post");
  expect(parts.map(([what]) => what).toSorted()).toEqual([
    "being there",
    "logMessages",
    "logTableReads",
    "posts",
  ]);
  expect(parts.reduce((sum, [, part]) => sum + part, 0)).toBeCloseTo(cpu, 9);
  expect(parts.map(([, part]) => part)).toEqual(
    parts.map(([, part]) => part).sort((a, b) => b - a),
  );
});

it("says so when more post processes only have more asked of them, by those who follow the log", () => {
  expect([pushed.isToBeHad, pulled.isToBeHad]).toEqual([true, true]);
  const post = { idle: 0.1, each: { posts: 3e-3, logTableReads: 0.11 } };
  const asked = sizeOf(planningOf({ costs: { ...COSTS, post }, delivery: "pull" }));
  expect(asked.isToBeHad).toBe(false);
  expect(asked.writers).toBeLessThan(100);
});

it("has texts on disk as the database compresses them, and in memory and on the wire as they are", () => {
  const bytes = { ...planningOf({}).bytes, textOnDisk: 0.65 };
  const { machinesOfPosts, network } = sizeOf(
    planningOf({ costs: COSTS, delivery: "pull", bytes }),
  );
  expect(machinesOfPosts / pulled.machinesOfPosts).toBeCloseTo(0.65, 6);
  expect(network).toEqual(pulled.network);
});
