import { expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { COUNTERS } from "../../../services/model/metrics.ts";
import { runFixture } from "../../report/testing/run-fixture.ts";
import { type ModelledMesh, modelledRun } from "../testing/modelled-run.ts";
import type { UnitCosts } from "../unit-costs.ts";
import { calibrate } from "./calibrate.ts";
import { PAGES_ALONE } from "./compose-configuration.ts";
import { type Configurations, configurationsOn } from "./configurations.ts";
import { DescribedLoads } from "./described-loads.ts";
import { sampleOf } from "./sample-of.ts";

const COSTS = {
  gateway: {
    idle: 0.01,
    each: { restPosts: 500e-6, restPages: 900e-6, streams: 6e-6, events: 300e-6 },
  },
  post: { idle: 0.02, each: { posts: 2e-3, batches: 400e-6, events: 150e-6 } },
  timeline: { idle: 0.01, each: { stored: 3e-6, pages: 100e-6, streams: 4e-6, events: 60e-6 } },
  cql: { idle: 0.1, each: { stored: 150e-6, batches: 1e-3 } },
} satisfies UnitCosts;
const PULLED_COSTS = {
  gateway: COSTS.gateway,
  post: {
    idle: 0.02,
    each: {
      ...{ posts: 2e-3, batches: 400e-6, events: 150e-6 },
      ...{ logMessages: 60e-6, logTableReads: 200e-6 },
    },
  },
  timeline: {
    idle: 0.03,
    each: {
      ...{ indexed: 50e-6, logMessages: 80e-6 },
      ...{ pages: 100e-6, searched: 0.4e-6, streams: 4e-6, events: 60e-6 },
    },
  },
  cql: { idle: 0.1, each: { posts: 3e-3, batches: 1e-3, logTableReads: 600e-6 } },
} satisfies UnitCosts;
const KIB_A_STREAM = { gateway: 45, timeline: 8 };
const MESH: ModelledMesh = {
  costs: COSTS,
  curve: { callsAtMost: 400, commitsAtMost: 250 },
  residentMiB: (tier, streams) => 100 + (streams * (KIB_A_STREAM[tier as "gateway"] ?? 0)) / 1_024,
};

/** The people of a world are made once for all tests. */
const described = new DescribedLoads();

async function calibrated(configurations: Configurations, mesh: ModelledMesh) {
  const seals: string[] = [];
  const played: string[] = [];
  const found = await calibrate(
    {
      configurations,
      measure: async (configuration) => {
        played.push(configuration.name);
        return modelledRun(configuration, mesh, described);
      },
      onPredicted: ({ sha256 }) => seals.push(sha256),
      repeats: 1,
      now: () => new Date(0),
      described,
    },
    "a test",
  );
  return { found, seals, played };
}

function expectCosts(found: UnitCosts, costs: UnitCosts): void {
  for (const [tier, { each }] of Object.entries(costs)) {
    for (const [kind, cost] of Object.entries(each)) {
      const fitted = present(found[tier as "post"]).each[kind as "posts"];
      expect(present(fitted) / cost, `${tier} ${kind}`).toBeCloseTo(1, 1);
    }
  }
}

it("tells REST, live streams and everything behind them apart, and predicts what it never had", async () => {
  const configurations = configurationsOn({ engine: "cql", delivery: "push" });
  const { found, seals, played } = await calibrated(configurations, MESH);
  expectCosts(found.costs, COSTS);
  for (const [tier, kib] of Object.entries(KIB_A_STREAM)) {
    expect(present(found.streamBytes)[tier as "gateway"]).toBeCloseTo(1_024 * kib, 0);
  }
  expect(found.errors.ours).toBeLessThan(0.03);
  expect(found.checked.map(({ holds }) => holds)).toEqual(Array(7).fill(true));
  expect(found.samples.map(({ name }) => name)).toEqual(
    configurations.calibration.map(({ name }) => name),
  );
  expect(played.length).toBe(4 + found.samples.length + found.checked.length);
  expect([found.engine, found.delivery]).toEqual(["cql", "push"]);
  expect(seals).toEqual([found.sealed.sha256]);
});

it("by pull tells the index, those who follow the log, and who is looked for apart", async () => {
  const configurations = configurationsOn({ engine: "cql", delivery: "pull" });
  const { found } = await calibrated(configurations, { ...MESH, costs: PULLED_COSTS });
  expectCosts(found.costs, PULLED_COSTS);
  expect(found.errors.ours).toBeLessThan(0.03);
  expect(found.checked.map(({ holds }) => holds)).toEqual(Array(7).fill(true));
  expect(found.delivery).toBe("pull");
  for (const { work } of found.samples) expect(work.stored + work.appendCalls).toBe(0);
});

it("takes no mesh for one that pulls which has pushed an entry, or keeps a timeline", () => {
  const [sessions] = configurationsOn({ engine: "cql", delivery: "pull" }).calibration;
  const load = described.of(sessions);
  const run = modelledRun(sessions, { ...MESH, costs: PULLED_COSTS }, described);
  expect(sampleOf(sessions, load, run).work.indexed).toBeGreaterThan(0);
  const unread = { ...run.resources, work: {} };
  expect(() => sampleOf(sessions, load, { ...run, resources: unread })).toThrow(
    "no owner was told",
  );
  const { calibration } = configurationsOn({ engine: "cql", delivery: "pull" });
  const pages = present(calibration.find(({ name }) => name === PAGES_ALONE));
  const still = modelledRun(pages, { ...MESH, costs: PULLED_COSTS }, described);
  const ofPages = described.of(pages);
  const atRest = { ...still, resources: { ...still.resources, work: {} } };
  expect(sampleOf(pages, ofPages, atRest).work.logMessages).toBe(0);
  const entry = { [`${COUNTERS.fanoutEntries.name}{result="dropped"}`]: 1 };
  const resources = { ...run.resources, work: { ...run.resources.work, ...entry } };
  expect(() => sampleOf(sessions, load, { ...run, resources })).toThrow("1 entries were pushed");
  const { fill } = runFixture();
  expect(() => sampleOf(sessions, load, { ...run, fill })).toThrow(/\d+ timelines were kept/);
});

it("has no mixtures for pull on the embedded engine", () => {
  expect(() => configurationsOn({ engine: "embedded", delivery: "pull" })).toThrow("--engine cql");
});
