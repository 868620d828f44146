import { expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { type ModelledMesh, modelledRun } from "../testing/modelled-run.ts";
import type { UnitCosts } from "../unit-costs.ts";
import { calibrate } from "./calibrate.ts";
import { configurationsOn } from "./configurations.ts";

const COSTS: UnitCosts = {
  gateway: {
    idle: 0.01,
    each: { restPosts: 500e-6, restPages: 900e-6, streams: 6e-6, events: 300e-6 },
  },
  post: { idle: 0.02, each: { posts: 2e-3, batches: 400e-6, events: 150e-6 } },
  timeline: { idle: 0.01, each: { stored: 3e-6, pages: 100e-6, streams: 4e-6, events: 60e-6 } },
  cql: { idle: 0.1, each: { stored: 150e-6, batches: 1e-3 } },
};
const KIB_A_STREAM = { gateway: 45, timeline: 8 };
const MESH: ModelledMesh = {
  costs: COSTS,
  curve: { callsAtMost: 400, commitsAtMost: 250 },
  residentMiB: (tier, streams) => 100 + (streams * (KIB_A_STREAM[tier as "gateway"] ?? 0)) / 1_024,
};

it("tells REST, live streams and everything behind them apart, and predicts what it never had", async () => {
  const seals: string[] = [];
  const played: string[] = [];
  const configurations = configurationsOn("cql");
  const found = await calibrate(
    {
      configurations,
      measure: async (configuration) => {
        played.push(configuration.name);
        return modelledRun(configuration, MESH);
      },
      onPredicted: ({ sha256 }) => seals.push(sha256),
      repeats: 1,
      now: () => new Date(0),
    },
    "a test",
  );
  for (const [tier, { each }] of Object.entries(COSTS)) {
    for (const [kind, cost] of Object.entries(each)) {
      const fitted = present(found.costs[tier as "post"]).each[kind as "posts"];
      expect(present(fitted) / cost, `${tier} ${kind}`).toBeCloseTo(1, 1);
    }
  }
  for (const [tier, kib] of Object.entries(KIB_A_STREAM)) {
    expect(present(found.streamBytes)[tier as "gateway"]).toBeCloseTo(1_024 * kib, 0);
  }
  expect(found.errors.ours).toBeLessThan(0.03);
  expect(found.checked.map(({ holds }) => holds)).toEqual(Array(7).fill(true));
  expect(found.samples.map(({ name }) => name)).toEqual(
    configurations.calibration.map(({ name }) => name),
  );
  expect(played.length).toBe(4 + found.samples.length + found.checked.length);
  expect([found.engine, seals]).toEqual(["cql", [found.sealed.sha256]]);
});
