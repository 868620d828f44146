import { describe, expect, it } from "vitest";
import { createPopulation } from "../../population/population.ts";
import { crossing } from "./crossing.ts";
import { sampleDay } from "./sample-day.ts";
import { compareStrategies, type MeshShape } from "./strategies.ts";
import { appendUs, UNIT_COSTS } from "./unit-costs.ts";

const SHAPE: MeshShape = {
  ...{ owners: 20, indexDays: 2, ringEntries: 64, listEntries: 800, smallEntries: 20 },
  ...{ bucketMinutes: 5, followLimit: 2_000, friendLimit: 1_000 },
};
const day = sampleDay(createPopulation({ people: 100_000, seed: 1 }), 5_000);
const outcomes = compareStrategies(day, SHAPE);
const named = (start: string) => {
  const found = outcomes.find(({ name }) => name.startsWith(start));
  return found ?? expect.fail(`no strategy ${start}`);
};
const cpu = (start: string) => named(start).writeUs + named(start).readUs;

describe("the comparison of strategies", () => {
  it("knows what cannot be otherwise", () => {
    expect(cpu("push to all")).toBeGreaterThan(cpu("push to the active"));
    expect(named("small timeline").bytes).toBeLessThan(named("push to all").bytes);
    expect(named("lossy push").lostShare).toBeGreaterThan(0);
    expect(named("pull by buckets").lagMs.p99).toBeGreaterThan(60_000);
    const adaptive = cpu("by author");
    for (const { writeUs, readUs, name } of outcomes.filter(({ name: n }) => n.includes("ours"))) {
      expect([name, adaptive <= (writeUs + readUs) * 1.2]).toEqual([name, true]);
    }
  });

  it("costs what buckets cost by how often they are looked at", () => {
    const twice = compareStrategies(day, { ...SHAPE, bucketMinutes: 10 });
    const [, , often] = outcomes;
    expect(often.writeUs / twice[2].writeUs).toBeCloseTo(2, 6);
  });

  it("appends dearer the fewer viewers a call has", () => {
    for (const [i, { viewers, us }] of UNIT_COSTS.appendUs.entries()) {
      expect(appendUs(viewers)).toBeCloseTo(us, 6);
      if (i > 0) expect(appendUs(viewers - 1)).toBeGreaterThan(us);
    }
  });
});

describe("the crossing", () => {
  it("is where a page costs as much more as its posts cost pushed", () => {
    const [few, many] = [crossing(200, SHAPE), crossing(5_000, SHAPE)];
    expect(many).toBeGreaterThan(few);
    // To nobody nothing is pushed.
    expect(crossing(0, SHAPE)).toBe(Number.POSITIVE_INFINITY);
  });
});
