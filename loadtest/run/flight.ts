import type { Call } from "../drivers/driver.ts";
import type { Ended } from "../measure/ended.ts";
import type { Step } from "./step.ts";

/** A step on its way: what the driver is handed, and what is recorded when it ends. */
export interface Flight extends Call {
  readonly step: Step;
  readonly readyMicros: number;
  readonly deadlineMicros: number;
  over: boolean;
}

export function newFlight(
  step: Step,
  message: Uint8Array,
  readyMicros: number,
  deadlineMicros: number,
): Flight {
  return {
    step,
    operation: step.operation,
    address: step.address,
    message,
    readyMicros,
    deadlineMicros,
    writtenMicros: -1,
    slotWaitMicros: 0,
    flowWaitMicros: 0,
    over: false,
  };
}

/** How a flight ended, by what it was told: a status, or -1 when its time was up. */
export function endOf(flight: Flight, status: number, endedMicros: number): Ended {
  const written = flight.writtenMicros >= 0;
  return {
    outcome: outcomeOf(status, written),
    status,
    intendedMicros: flight.step.intendedMicros,
    readyMicros: flight.readyMicros,
    writtenMicros: flight.writtenMicros,
    endedMicros,
    slotWaitMicros: flight.slotWaitMicros,
    flowWaitMicros: flight.flowWaitMicros,
  };
}

export const TIMED_OUT = -1;
const DEADLINE_EXCEEDED = 4;

function outcomeOf(status: number, written: boolean): Ended["outcome"] {
  if (!written) return "not_sent";
  if (status === 0) return "ok";
  return status === TIMED_OUT || status === DEADLINE_EXCEEDED ? "timeout" : "failed";
}

/** The end of a step that was never handed to the driver. */
export function refused(step: Step, readyMicros: number, endedMicros: number): Ended {
  return {
    outcome: "not_sent",
    status: TIMED_OUT,
    intendedMicros: step.intendedMicros,
    readyMicros,
    writtenMicros: -1,
    endedMicros,
    slotWaitMicros: 0,
    flowWaitMicros: 0,
  };
}
