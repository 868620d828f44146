import { COUNTERS, HISTOGRAMS } from "../../../services/model/metrics.ts";
import { measuredToJson } from "../../measure/measured-json.ts";
import { Recorder } from "../../measure/recorder.ts";
import { measuredOf } from "../../measure/testing/measured-of.ts";
import { runFixture } from "../../report/testing/run-fixture.ts";
import type { RunResult } from "../../results/run-result.ts";
import { expectedCalls } from "../../sessions/expected-rates.ts";
import { STREAM_COUNTERS } from "../../streams/hold-streams.ts";
import { type Configuration, processesOf } from "../calibrate/configuration.ts";
import type { DescribedLoads } from "../calibrate/described-loads.ts";
import { cpuOf, TIERS, type UnitCosts } from "../unit-costs.ts";
import { type BatchCurve, workOf } from "../work.ts";

/** A mesh whose costs are known. */
export interface ModelledMesh {
  readonly costs: UnitCosts;
  readonly curve: BatchCurve;
  /** Memory of a tier with so many streams. */
  readonly residentMiB: (tier: string, streams: number) => number;
}

/** What a run of a configuration on such a mesh would leave behind. */
export function modelledRun(
  configuration: Configuration,
  mesh: ModelledMesh,
  described: DescribedLoads,
): RunResult {
  const { scenario, timelines, delivery } = configuration;
  const { seconds } = scenario;
  const load = described.of(configuration);
  const work = workOf(load, mesh.curve);
  const calls = Object.entries(expectedCalls(scenario, described.populationOf(scenario)));
  const recorder = new Recorder(calls.map(([name]) => ({ name, timeoutMs: 2_000 })));
  recorder.operations.forEach(({ counts }, i) => {
    counts.ok = calls[i][1] * seconds;
  });
  recorder.windows.intended(0);
  recorder.windows.sent(0);
  const counters = new Map([
    [STREAM_COUNTERS.open, work.streams],
    [STREAM_COUNTERS.entries, work.events * seconds],
  ]);
  const cpu = cpuOf(mesh.costs, work, processesOf(configuration));
  const run = runFixture({ seconds: 1 });
  const fill = delivery === "pull" ? undefined : run.fill;
  const counted = {
    [`${HISTOGRAMS.fanoutPostsPerCall.name}_sum`]: work.pieces,
    [`${HISTOGRAMS.fanoutPostsPerCall.name}_count`]: work.appendCalls,
    [`${HISTOGRAMS.commitWrites.name}_count`]: work.commits,
    [`${COUNTERS.fanoutEntries.name}{result="appended"}`]: work.stored,
    [`${COUNTERS.fanoutEntries.name}{result="dropped"}`]: work.dropped,
    [COUNTERS.postLogMessages.name]: work.logMessages,
    [COUNTERS.postLogReads.name]: work.logTableReads,
    [`${COUNTERS.indexRows.name}{way="told"}`]: work.indexed,
  };
  return {
    ...run,
    fill,
    scenario,
    target: { ...run.target, engine: configuration.engine, timelines, owners: load.owners },
    measured: measuredToJson(measuredOf(recorder, { seconds, counters })),
    resources: {
      atSeconds: [seconds],
      processes: TIERS.flatMap((tier) => {
        const used = cpu[tier];
        if (used === undefined) return [];
        const residentMiB = [mesh.residentMiB(tier, work.streams)];
        return [{ label: tier, cpuShare: [used], residentMiB, cpuSeconds: used * seconds }];
      }),
      pending: {},
      work: Object.fromEntries(
        Object.entries(counted).map(([name, perSecond]) => [name, perSecond * seconds]),
      ),
    },
  };
}
