import { describe, expect, it } from "vitest";
import { type Demand, type Policy, sizeOf } from "./size.ts";

const DEMAND: Demand = {
  dailyUsers: 50e6,
  postsADay: 2.5,
  postsReadADay: 100,
  postsPerPage: 20,
  peakOverMean: 3,
  textBytes: 1_024,
  friendsPerPost: 200,
  activePerPost: 200,
  activeOverDaily: 2.4,
  ringEntries: 200,
};
const POLICY: Policy = {
  maxUtilisation: 0.6,
  replicas: 3,
  zones: 3,
  keepYears: 3,
  windowDays: 28,
  machine: { cores: 16, memoryGiB: 128, diskTiB: 8, networkGbit: 10 },
};
const COSTS = {
  timeline: { idle: 0.01, each: { stored: 0.4e-6, pages: 80e-6, appendCallsHere: 90e-6 } },
};
const BYTES = { postBesideText: 0, ringEntry: 16, viewer: 1_600, entryRow: 40, logDelivery: 2 };
const CURVE = { callsAtMost: 400, commitsAtMost: 250 };
const size = (demand: Partial<Demand> = {}, policy: Partial<Policy> = {}) =>
  sizeOf({ ...DEMAND, ...demand }, { ...POLICY, ...policy }, COSTS, CURVE, BYTES);

describe("the plan", () => {
  it("has the design's own sizes", () => {
    const { perSecond, storage } = size();
    expect(perSecond.posts).toBeCloseTo(4_340, -1);
    expect(perSecond.stored).toBeCloseTo(868_000, -3);
    expect(perSecond.pages).toBeCloseTo(8_680, -1);
    const posts = storage.find(({ what }) => what.startsWith("posts"))!;
    expect(posts.bytes / 1e12).toBeCloseTo(140, 0); // 137 TB of 1,000 bytes a text, in the design
    const rings = storage.find(({ what }) => what.startsWith("rings"))!;
    expect(rings.bytes / 1e12).toBeCloseTo(0.576, 2); // 0.4 TB of entries and 0.19 TB of friend sets
  });

  it("has owners for the memory, and for the CPU when that asks for more", () => {
    const byMemory = size();
    const cpu = byMemory.tiers.find(({ tier }) => tier === "timeline")!.cpu;
    expect(byMemory.owners).toBeGreaterThan(cpu / POLICY.maxUtilisation);
    const byCpu = size({ ringEntries: 1, activeOverDaily: 0.01 });
    expect(byCpu.owners).toBeGreaterThanOrEqual(Math.ceil(byCpu.tiers[0]!.cpu / 0.6));
  });

  it("grows with users, headroom and the zone that may be lost", () => {
    const { machines } = size();
    expect(size({ dailyUsers: 100e6 }).machines).toBeGreaterThan(1.8 * machines);
    const coresOf = (policy: Partial<Policy>) =>
      size({ dailyUsers: 1e9 }, policy).tiers[0]!.cores / size({ dailyUsers: 1e9 }).tiers[0]!.cores;
    expect(coresOf({ zones: 2 })).toBeCloseTo(2 / 1.5, 1);
    expect(coresOf({ maxUtilisation: 0.3 })).toBeCloseTo(2, 1);
  });
});
