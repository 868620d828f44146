import { present } from "../../../services/model/invariant.ts";
import type { Delivery } from "../../demand/delivery.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import type { RunResult } from "../../results/run-result.ts";
import { cpuOf, fitUnitCosts, type Sample, type UnitCosts } from "../unit-costs.ts";
import { type BatchCurve, type Load, workOf } from "../work.ts";
import { FEW_SESSIONS, PAGES_ALONE, POSTS_ALONE, STREAMS_ALONE } from "./compose-configuration.ts";
import { type Configuration, processesOf } from "./configuration.ts";
import type { Configurations, HeldOut } from "./configurations.ts";
import { DescribedLoads } from "./described-loads.ts";
import { measureWell } from "./measure-well.ts";
import { type NaiveCosts, naiveCosts, naiveCpu, totalCpu } from "./naive-planner.ts";
import {
  type Checked,
  checkPredictions,
  compareWithNaive,
  type Prediction,
  type Sealed,
  seal,
} from "./predictions.ts";
import { fitBatchCurve, sampleOf } from "./sample-of.ts";
import { type StreamBytes, streamBytes } from "./stream-bytes.ts";

/** What a calibration found, as it is kept in a file: what `load plan` and `load simulate` plan with. */
export interface Calibration {
  readonly kind: "calibration";
  readonly version: 2;
  readonly command: string;
  readonly startedAt: string;
  readonly machine: RunResult["machine"];
  readonly engine: PrefillEngine;
  /** Calibrations of before 2026-11-30 pushed. */
  readonly delivery?: Delivery;
  readonly commit: string;
  readonly samples: readonly Sample[];
  readonly costs: UnitCosts;
  readonly batches: BatchCurve;
  /** Calibrations of before 2026-11-29 held none open. */
  readonly streamBytes?: StreamBytes;
  readonly naive: NaiveCosts;
  /** Made before what they predict was measured. */
  readonly sealed: Sealed;
  readonly checked: readonly Checked[];
  /** Runs in which the machine's own speed changed, both times. */
  readonly unsteady: readonly string[];
  /** Root mean square errors over the held-out configurations. */
  readonly errors: { readonly ours: number; readonly naive: number };
}

export interface Measuring {
  readonly configurations: Configurations;
  /** Plays a configuration once, on stores filled for it. */
  measure(configuration: Configuration): Promise<RunResult>;
  onPredicted(sealed: Sealed): void;
  readonly repeats: number;
  now(): Date;
  /** For who asks for loads of these configurations, too. */
  readonly described?: DescribedLoads;
}

/** Measures, fits, predicts and seals; then measures what was predicted. */
export async function calibrate(
  {
    configurations,
    measure,
    onPredicted,
    repeats,
    now,
    described = new DescribedLoads(),
  }: Measuring,
  command: string,
): Promise<Calibration> {
  const { rehearsed, calibration, heldOut } = configurations;
  const startedAt = now().toISOString();
  const runs: RunResult[] = [];
  const unsteady: string[] = [];
  const measureOnce = async (one: Configuration) => {
    const { run, isSteady } = await measureWell(() => measure(one), one.name);
    if (!isSteady) unsteady.push(one.name);
    return run;
  };
  for (const one of rehearsed) await measure(one);
  const loads = calibration.map((one) => described.of(one));
  const samples: Sample[] = [];
  // A run that is none ends it at once, and not after all.
  for (const [i, one] of calibration.entries()) {
    const run = await measureOnce(one);
    runs.push(run);
    samples.push(sampleOf(one, loads[i], run));
  }
  const costs = fitUnitCosts(samples);
  const batches = fitBatchCurve(
    samples,
    loads.map(({ owners }) => owners),
  );
  const named = (name: string) => present(samples.find((sample) => sample.name === name));
  const naive = naiveCosts(named(POSTS_ALONE), named(PAGES_ALONE));
  const heldOutLoads = heldOut.map((one) => described.of(one));
  const sealed = seal(
    heldOut.map((one, i) => predict(one, heldOutLoads[i], { costs, batches, naive })),
    now(),
  );
  onPredicted(sealed);
  const measured = new Map<string, readonly Sample["cpu"][]>();
  for (const [i, one] of heldOut.entries()) {
    const cpu: Sample["cpu"][] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      cpu.push(sampleOf(one, heldOutLoads[i], await measureOnce(one)).cpu);
    }
    measured.set(one.name, cpu);
  }
  const checked = checkPredictions(sealed, measured);
  const { machine, target } = runs[0];
  return {
    kind: "calibration",
    version: 2,
    command,
    startedAt,
    machine,
    engine: target.engine === "cql" ? "cql" : "embedded",
    delivery: calibration[0].delivery,
    commit: target.commit,
    samples,
    costs,
    batches,
    streamBytes: streamBytes(named(STREAMS_ALONE), named(FEW_SESSIONS)),
    naive,
    sealed,
    checked,
    unsteady,
    errors: compareWithNaive(checked),
  };
}

/** From its description alone. */
function predict(
  configuration: HeldOut,
  load: Load,
  { costs, batches, naive }: Pick<Calibration, "costs" | "batches" | "naive">,
): Prediction {
  const byTier = cpuOf(costs, workOf(load, batches), processesOf(configuration));
  return {
    configuration: configuration.name,
    unlike: configuration.unlike,
    cpu: totalCpu(byTier),
    byTier: { ...byTier },
    naiveCpu: naiveCpu(naive, {
      deliveriesPerSecond:
        load.postsPerSecond * (load.delivery === "pull" ? 1 : load.friendsPerPost),
      pagesPerSecond: load.pagesPerSecond,
    }),
  };
}
