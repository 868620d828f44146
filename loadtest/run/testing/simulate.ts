import type { Driver } from "../../drivers/driver.ts";
import { Recorder } from "../../measure/recorder.ts";
import { Engine } from "../engine.ts";
import { Lookahead } from "../lookahead.ts";
import type { Operation, Step } from "../step.ts";
import { type ModelServer, modelDriver } from "./model-server.ts";
import { type Freeze, VirtualTime } from "./virtual-time.ts";

export const OPERATION: Operation = { name: "timeline.get", timeoutMs: 1_000 };

export interface Simulation {
  readonly operation?: Operation;
  readonly maxOpen?: number;
  /** Steps intended before are sent and not measured. */
  readonly warmUpMicros?: number;
  /** How often deadlines are looked at; each look takes real time. */
  readonly checkMicros?: number;
}

export interface Simulated extends Simulation {
  readonly server: ModelServer;
  readonly freezes?: readonly Freeze[];
}

/** Runs steps against a model server in virtual time, and gives what was recorded. */
export function simulate(steps: readonly Step[], plan: Simulated): Recorder {
  const time = new VirtualTime(plan.freezes);
  return simulateWith(modelDriver(time, plan.server), time, steps, plan);
}

/** The same against any driver that lives in `time`. */
export function simulateWith(
  driver: Driver,
  time: VirtualTime,
  steps: readonly Step[],
  plan: Simulation = {},
): Recorder {
  const { operation = OPERATION, maxOpen = 1_000_000, warmUpMicros = 0, checkMicros } = plan;
  const recorder = new Recorder([operation], warmUpMicros);
  const lookahead = new Lookahead(steps.values());
  while (lookahead.read());
  const engine = new Engine({
    operations: [operation],
    steps: lookahead,
    driver,
    recorder,
    clock: time,
    maxOpen,
  });
  time.run(
    engine,
    steps.map((step) => step.intendedMicros),
    checkMicros,
  );
  return recorder;
}

/** Steps of one operation at these times, each alone unless `session` says otherwise. */
export function stepsAt(
  times: Iterable<number>,
  session: (n: number) => number = () => 0,
): readonly Step[] {
  const message = new Uint8Array(1);
  return Array.from(times, (intendedMicros, n) => ({
    intendedMicros,
    operation: 0,
    session: session(n),
    message: () => message,
  }));
}
