import { describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { BYTES, COSTS, demandOf, POLICY, planningOf } from "../testing/planning.ts";
import { machineShare, sizeOf } from "./size.ts";
import type { Policy } from "./sizing.ts";

const DATABASE = { ...COSTS, cql: { idle: 0.05, each: { stored: 200e-6 } } };
const size = (dailyUsers = 50e6, policy: Partial<Policy> = {}) =>
  sizeOf(planningOf({ demand: demandOf(dailyUsers), policy: { ...POLICY, ...policy } }));

describe("the plan", () => {
  it("has the design's own sizes", () => {
    const { perSecond, storage } = size();
    expect(perSecond.posts).toBeCloseTo(4_340, -1);
    expect(perSecond.stored).toBeCloseTo(868_000, -3);
    expect(perSecond.pages).toBeCloseTo(8_680, -1);
    const posts = present(storage.find(({ what }) => what.startsWith("posts")));
    expect(posts.bytes / 1e12).toBeCloseTo(140, 0); // 137 TB of 1,000 bytes a text, in the design
    const rings = present(storage.find(({ what }) => what.startsWith("rings")));
    expect(rings.bytes / 1e12).toBeCloseTo(0.588, 3); // 0.4 TB of entries in chunks and 0.19 TB of friend sets
  });

  it("puts few people on few machines: one that works, and one in another zone", () => {
    expect(size(1_000).machines).toBe(2);
    expect(size(1_000, { zones: 2 }).machines).toBe(2);
  });

  it("has enough machines left when a zone is lost with all of its", () => {
    for (const zones of [2, 3, 5]) {
      const { machines, tiers } = size(50e6, { zones });
      const policy = { ...POLICY, zones };
      const shares = tiers.reduce((sum, tier) => sum + machineShare(tier, policy), 0);
      const left = machines - Math.ceil(machines / zones);
      expect(left).toBeGreaterThanOrEqual(Math.ceil(shares * ((zones - 1) / zones)));
    }
  });

  it("has owners for the memory, and for the CPU when that asks for more", () => {
    const byMemory = size();
    const cpu = present(byMemory.tiers.find(({ tier }) => tier === "timeline")).cpu;
    expect(byMemory.owners).toBeGreaterThan(cpu / POLICY.maxUtilisation);
    const few = { ...demandOf(50e6), activePeople: 500_000 };
    const byCpu = sizeOf(planningOf({ demand: few, policy: { ...POLICY, ringEntries: 1 } }));
    expect(byCpu.owners).toBeGreaterThanOrEqual(Math.ceil(byCpu.tiers[0].cpu / 0.6));
  });

  it("has room for everyone's recent posts on each owner", () => {
    const held = (indexDays: number) => {
      const { owners, tiers } = size(50e6, { indexDays });
      return { owners, memoryGiB: tiers[0].memoryGiB };
    };
    const [none, two] = [held(0), held(2)];
    expect(two.owners).toBeGreaterThan(none.owners);
    const indexGiB = (2 * 125e6 * 15) / 2 ** 30;
    expect(two.memoryGiB).toBeGreaterThan(none.memoryGiB + 1.5 * two.owners * indexGiB);
  });

  it("has databases for every copy, by their CPU or their disks, whichever takes more", () => {
    const sized = (disk: number) => {
      const machine = { ...POLICY.machine, diskTiB: disk };
      const policy = { ...POLICY, machine };
      const { tiers, storage } = sizeOf(planningOf({ policy, costs: DATABASE }));
      const cql = present(tiers.find(({ tier }) => tier === "cql"));
      const bytes = storage.filter(({ onDiskOf }) => onDiskOf === "cql");
      return { cql, machines: machineShare(cql, policy), bytes };
    };
    const { cql, machines, bytes } = sized(1_000);
    const rows = (50e6 * 2.5 * 3 * 200) / 86_400;
    expect(cql.cpu).toBeCloseTo(3 * (0.05 + rows * 200e-6), 6);
    expect(machines).toBe(cql.cores / 16);
    const stored = bytes.reduce((sum, one) => sum + one.withReplicas, 0);
    expect(cql.diskBytes).toBe(stored);
    expect(sized(1).machines).toBeCloseTo(stored / (0.6 * 2 ** 40), 6);
  });

  it("grows with users, headroom and the zone that may be lost", () => {
    const { machines } = size();
    expect(size(500e6).machines).toBeGreaterThan(7 * machines);
    const coresOf = (policy: Partial<Policy>) =>
      size(1e9, policy).tiers[0].cores / size(1e9).tiers[0].cores;
    expect(coresOf({ zones: 2 })).toBeCloseTo(2 / 1.5, 1);
    expect(coresOf({ maxUtilisation: 0.3 })).toBeCloseTo(2, 1);
  });

  it("pays the gateway for REST, and everybody for the live streams that are open", () => {
    const gateway = {
      idle: 0,
      each: { restPages: 1e-3, restPosts: 2e-3, streams: 1e-6, events: 1e-3 },
    };
    const sizing = sizeOf(
      planningOf({
        costs: { ...COSTS, gateway },
        bytes: { ...BYTES, stream: { gateway: 50_000, timeline: 10_000 } },
      }),
    );
    const { posts, pages, streams, events, stored } = sizing.perSecond;
    // An app is open for 65 s: 4,340 sessions a second begin.
    expect(streams).toBeCloseTo(4_340 * 65.3, -3);
    expect(events / stored).toBeCloseTo(streams / 120e6, 9);
    const tier = (name: string) => present(sizing.tiers.find((one) => one.tier === name));
    const paid = pages * 1e-3 + posts * 2e-3 + streams * 1e-6 + events * 1e-3;
    expect(tier("gateway").cpu).toBeCloseTo(paid, 9);
    const without = present(size().tiers.find((one) => one.tier === "timeline"));
    const spare = 1.5;
    expect(tier("timeline").memoryGiB - without.memoryGiB).toBeGreaterThan(
      (spare * streams * 10_000) / 2 ** 30,
    );
    expect(tier("gateway").memoryGiB).toBeGreaterThan((spare * streams * 50_000) / 2 ** 30);
  });
});
