import { RateWindows } from "../../measure/rate-windows.ts";
import type { Absence } from "../run-log.ts";

/** What was due so long before may have waited for an answer that never came. */
const ASKED_BEFORE_SECONDS = 2;
/** A driver finds a server again so long after it is back. */
const FOUND_WITHIN_SECONDS = 2;

interface Excused {
  /** With what was due in an absence counted as sent, but for what the generator itself missed. */
  readonly windows: RateWindows;
  /** Steps that could not be sent then. */
  readonly steps: number;
}

/**
 * Whether a load was the one asked for is judged by what was sent of it. What is due at a process that the
 * scenario has just killed can't be sent, and that is the load asked for: such steps count as failed, and
 * as slow as their timeout, but not against the load. `startSecond`: where the measured part begins in the
 * windows, which begin with the warm-up.
 */
export function excuseAbsences(
  windows: RateWindows,
  absences: readonly Absence[],
  startSecond: number,
): Excused {
  const excused = new RateWindows();
  excused.add(windows);
  let steps = 0;
  for (const [second, intended] of windows.intendedBySecond.entries()) {
    const at = second - startSecond;
    const isAway = absences.some(
      ({ fromSecond, toSecond }) =>
        at + 1 > fromSecond - ASKED_BEFORE_SECONDS && at < toSecond + FOUND_WITHIN_SECONDS,
    );
    if (!isAway) continue;
    const sent = excused.sentBySecond[second] ?? 0;
    const sendable = intended - (excused.missedBySecond[second] ?? 0);
    if (sendable <= sent) continue;
    steps += sendable - sent;
    excused.sentBySecond[second] = sendable;
  }
  return { windows: excused, steps };
}
