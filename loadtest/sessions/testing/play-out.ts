import type { Call, Done, Driver } from "../../drivers/driver.ts";
import { Recorder } from "../../measure/recorder.ts";
import { Engine } from "../../run/engine.ts";
import { Lookahead } from "../../run/lookahead.ts";
import type { Step } from "../../run/step.ts";
import type { VirtualTime } from "../../run/testing/virtual-time.ts";
import type { Plan } from "../plan-steps.ts";

/** A request as it reached the target. */
export interface Asked {
  readonly name: string;
  readonly atMicros: number;
  readonly message: Uint8Array;
  readonly address: number | undefined;
}

/** What the target makes of it: a status after some time, and a message when it is OK (0). */
export interface Answer {
  readonly afterMicros: number;
  readonly status?: number;
  readonly message?: Uint8Array;
}

export interface PlayedOut {
  readonly recorder: Recorder;
  readonly asked: readonly Asked[];
}

/** Plays the steps against a model of the target, in virtual time. */
export function playOut(
  { operations }: Pick<Plan, "operations">,
  steps: readonly Step[],
  time: VirtualTime,
  answer: (asked: Asked) => Answer,
): PlayedOut {
  const asked: Asked[] = [];
  const recorder = new Recorder(operations);
  const cancelled = new Set<Call>();
  const driver: Driver = {
    name: "model",
    capacity: Number.POSITIVE_INFINITY,
    send(call: Call, done: Done) {
      const { operation, message, address } = call;
      call.writtenMicros = time.nowMicros();
      const one = {
        name: operations[operation].name,
        atMicros: time.nowMicros(),
        message,
        address,
      };
      asked.push(one);
      const { afterMicros, status = 0, message: response = new Uint8Array() } = answer(one);
      time.at(time.nowMicros() + afterMicros, () => {
        if (!cancelled.has(call)) done(status, status === 0 ? response : undefined);
      });
    },
    cancel: (call) => void cancelled.add(call),
    close: () => undefined,
  };
  const lookahead = new Lookahead(steps.values());
  while (lookahead.read());
  const engine = new Engine({
    operations,
    steps: lookahead,
    driver,
    recorder,
    clock: time,
    maxOpen: 1_000,
  });
  time.run(
    engine,
    steps.map(({ intendedMicros }) => intendedMicros),
    100_000,
  );
  return { recorder, asked };
}
