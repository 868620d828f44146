import type { Driver } from "../../loadtest/drivers/driver.ts";
import type { OperationRecord } from "../../loadtest/measure/operation-record.ts";
import { type Arrivals, intendedTimes } from "../../loadtest/pacers/arrivals.ts";
import { constant } from "../../loadtest/pacers/shapes.ts";
import { runSteps } from "../../loadtest/run/run.ts";
import type { RunClock } from "../../loadtest/run/run-clock.ts";
import type { Step } from "../../loadtest/run/step.ts";

export interface PacedLoad {
  readonly operation: { readonly name: string; readonly timeoutMs: number };
  readonly message: Uint8Array;
  readonly perSecond: number;
  readonly seconds: number;
  readonly spread: Arrivals["spread"];
  readonly maxOpen: number;
}

/** One call again and again at a constant rate; what was measured of it. */
export async function playPaced(
  driver: Driver,
  clock: RunClock,
  load: PacedLoad,
): Promise<OperationRecord> {
  const { operation, maxOpen } = load;
  const source = steps(load);
  const { recorder } = await runSteps({ operations: [operation], source, driver, clock, maxOpen });
  return recorder.operations[0];
}

function* steps({ message, perSecond, seconds, spread }: PacedLoad): Generator<Step, void, void> {
  const sent = () => message;
  for (const intendedMicros of intendedTimes(constant(perSecond, seconds), { seed: 1, spread })) {
    yield { intendedMicros, operation: 0, session: 0, message: sent };
  }
}
