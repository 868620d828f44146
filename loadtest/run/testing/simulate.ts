import { Recorder } from "../../measure/recorder.ts";
import { Engine } from "../engine.ts";
import { Lookahead } from "../lookahead.ts";
import type { Operation, Step } from "../step.ts";
import { type ModelServer, modelDriver } from "./model-server.ts";
import { type Freeze, VirtualTime } from "./virtual-time.ts";

export const OPERATION: Operation = { name: "timeline.get", timeoutMs: 1_000 };

export interface Simulated {
  readonly server: ModelServer;
  readonly freezes?: readonly Freeze[];
  readonly operation?: Operation;
  readonly maxOpen?: number;
}

/** Runs steps against a model server in virtual time, and gives what was recorded. */
export function simulate(steps: readonly Step[], plan: Simulated): Recorder {
  const { server, freezes = [], operation = OPERATION, maxOpen = 1_000_000 } = plan;
  const time = new VirtualTime(freezes);
  const recorder = new Recorder([operation]);
  const lookahead = new Lookahead(steps.values());
  while (lookahead.read());
  const engine = new Engine({
    operations: [operation],
    steps: lookahead,
    driver: modelDriver(time, server),
    recorder,
    clock: time,
    maxOpen,
  });
  time.run(
    engine,
    steps.map((step) => step.intendedMicros),
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
