import type { Call } from "../drivers/driver.ts";
import { NEVER_HANDED } from "../measure/operation-record.ts";
import type { Ended } from "../measure/outcome/ended.ts";
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
    parts: step.parts?.(),
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
    outcome: outcomeOf(status, written, isAtDeadline(flight, endedMicros)),
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
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
/** A server has the deadline from us, in whole ms, and its clock goes on its own. */
const DEADLINE_SHARE = 0.05;
const DEADLINE_MICROS = 5_000;

/**
 * A server that ends a call at its deadline, by a status or a reset, has timed out like one that says
 * nothing; one that gives up long before has failed.
 */
function outcomeOf(status: number, written: boolean, atDeadline: boolean): Ended["outcome"] {
  if (!written) return "not_sent";
  if (status === 0) return "ok";
  const gaveUp = status === DEADLINE_EXCEEDED || status === CANCELLED;
  return status === TIMED_OUT || (gaveUp && atDeadline) ? "timeout" : "failed";
}

function isAtDeadline({ deadlineMicros, readyMicros }: Flight, endedMicros: number): boolean {
  const early = Math.max(DEADLINE_MICROS, DEADLINE_SHARE * (deadlineMicros - readyMicros));
  return endedMicros >= deadlineMicros - early;
}

/** The end of a step that was never handed to the driver. */
export function unsent(step: Step, readyMicros: number, endedMicros: number): Ended {
  return {
    outcome: "not_sent",
    status: NEVER_HANDED,
    intendedMicros: step.intendedMicros,
    readyMicros,
    writtenMicros: -1,
    endedMicros,
    slotWaitMicros: 0,
    flowWaitMicros: 0,
  };
}
