/** How a step ended. */
export type Outcome = "ok" | "failed" | "timeout" | "not_sent";

/** Everything known about a step when it is over. Times in us from the start of the run. */
export interface Ended {
  readonly outcome: Outcome;
  /** The gRPC status; of `not_sent` why, as the driver told it, or -1 where its time was up before it could be written. */
  readonly status: number;
  readonly intendedMicros: number;
  /** When nothing but the generator kept it: its intended time, or its predecessor's answer. */
  readonly readyMicros: number;
  /** When its frame was written; -1 when it never was. */
  readonly writtenMicros: number;
  readonly endedMicros: number;
  readonly slotWaitMicros: number;
  readonly flowWaitMicros: number;
  /** The generator's own bound on what is begun and not over kept it: of `not_sent`. */
  readonly isRefused?: boolean;
}

/**
 * What the generator itself added: the event loop, garbage collection, stolen CPU. Waiting for an earlier
 * answer, a stream slot or flow control is the target's doing and not in it.
 */
export function latenessMicros(step: Ended): number {
  const left = step.writtenMicros >= 0 ? step.writtenMicros : step.endedMicros;
  return Math.max(0, left - step.readyMicros - step.slotWaitMicros - step.flowWaitMicros);
}
