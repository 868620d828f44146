import { type Arrivals, intendedTimes } from "../../pacers/arrivals.ts";
import type { Pacer } from "../../pacers/pacer.ts";
import type { Step } from "../../run/step.ts";
import type { CallAt } from "./planned-calls.ts";

export interface MixStepsOptions {
  readonly seed: number;
  readonly spread: Arrivals["spread"];
  readonly pacer: Pacer;
  readonly generator: number;
  readonly generators: number;
  readonly callAt: CallAt;
}

/** Calls, each alone: nobody waits for another's answer. */
export function* mixSteps(options: MixStepsOptions): Generator<Step, void, void> {
  const { seed, spread, pacer, generator, generators, callAt } = options;
  const arrivals = { seed, spread, part: generator, parts: generators };
  let n = generator;
  for (const intendedMicros of intendedTimes(pacer, arrivals)) {
    const { operation, address, message, answered } = callAt(n);
    n += generators;
    yield {
      intendedMicros,
      operation,
      session: 0,
      ...(address === undefined ? {} : { address }),
      message,
      answered,
    };
  }
}
