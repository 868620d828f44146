import { readFanoutConfig } from "../../../services/fanout/config.ts";
import type { RunResult } from "../../results/run-result.ts";
import { populationOf } from "../../scenarios/check-scenario.ts";
import type { FaultSpec } from "../../scenarios/scenario.ts";
import { createModel } from "../create-model.ts";
import type { Outage } from "../mesh/faults.ts";
import type { Model } from "../model.ts";
import type { SimulationOptions } from "../simulate-day.ts";

/** A simulation of what a run measured: the same people, rate, processes and pauses. */
export interface SimulatedRun {
  readonly model: Model;
  readonly options: SimulationOptions;
}

const POSTING = "post.create";

/**
 * The model of the mesh that a run loaded. Its rate is that of the posts which were acknowledged. Throws
 * RangeError for a run that can't be simulated: another load than sessions, or a fault other than a pause.
 */
export function modelOfRun(run: RunResult): SimulatedRun {
  const { scenario, target, measured } = run;
  const { engine, owners } = target;
  if ("kind" in scenario) throw new RangeError("it made calls by hand");
  if (engine === "unknown") throw new RangeError("it loaded a mesh that was not started for it");
  const posting = measured.operations.find(({ name }) => name === POSTING);
  if (!posting || posting.counts.ok === 0) throw new RangeError("nobody posted in it");
  if (scenario.pace.shape !== "constant") throw new RangeError("its load was not constant");
  const { callSpacingMs } = readFanoutConfig(target.env);
  const model = createModel(populationOf(scenario), {
    engine,
    dailyUsers: scenario.dailyUsers,
    owners,
    workers: 1,
    postsPerSecond: posting.counts.ok / measured.seconds,
  });
  return {
    model: {
      ...model,
      processes: { ...model.processes, post: 1, friend: 1, timelinesPerMachine: owners },
      faults: { ...model.faults, workerDeathsADay: 0 },
      settings: { ...model.settings, fanout: { ...model.settings.fanout, callSpacingMs } },
    },
    options: {
      seed: scenario.world.seed,
      fromSecond: 0,
      seconds: Math.round(measured.seconds),
      outages: scenario.faults.map(outageOf),
    },
  };
}

/** Who has the queues: on the embedded engines the post process. */
const BROKERS: readonly string[] = ["post", "broker"];

function outageOf(fault: FaultSpec): Outage {
  if (fault.kind !== "pause") {
    throw new RangeError(`it has a ${fault.kind}: only pauses can be compared`);
  }
  const { label, atSecond: fromSecond, seconds } = fault;
  const pause = { how: "pause", fromSecond, seconds } as const;
  if (BROKERS.includes(label)) return { what: "broker", ...pause };
  if (label === "fanout") return { what: "worker", index: 0, ...pause };
  const timeline = /^timeline(?:-(\d+))?$/.exec(label);
  if (timeline) return { what: "owner", index: Number(timeline[1] ?? 0), ...pause };
  throw new RangeError(`it pauses "${label}", which is no part of the simulation`);
}
