import type { AnswerHead, CallParts } from "../drivers/driver.ts";

/** What a scenario asks of the target, one row an operation. */
export interface Operation {
  /** As "timeline.get": thresholds and reports call it so. */
  readonly name: string;
  /** When a call is given up, from when it is handed to the driver. */
  readonly timeoutMs: number;
}

/** One intended request. */
export interface Step {
  /** When it should be sent, us from the start of the run. Sources yield steps in this order. */
  readonly intendedMicros: number;
  /** Index into the run's operations. */
  readonly operation: number;
  /** Steps of one session go one after the other; 0 is alone. */
  readonly session: number;
  /** Index into the operation's addresses, as for a shard's owner; any of them by default. */
  readonly address?: number;
  /**
   * The encoded request, made when it is sent, so that it may use earlier answers of the session.
   * "nothing": there is nothing to ask any more (the end of a timeline), the step is skipped.
   * "impossible": it needs an answer that failed; the person would have asked, so it is not sent and counts.
   */
  message(): Uint8Array | "nothing" | "impossible";
  /** What goes with the message; asked for after it. */
  parts?(): CallParts | undefined;
  /** The status that counts, of an answer of this one: 0 is good. For checks on what was answered. */
  judge?(status: number, message: Uint8Array | undefined, head?: AnswerHead): number;
  /** Called with a good answer (status 0). */
  answered?(message: Uint8Array): void;
  /** Called when there was none: refused, failed, timed out or impossible. */
  failed?(): void;
  /**
   * What the same caller does next, asked for when this is over and was told so: intended from then on, or
   * after a pause. It is not in the source, and measured like any other.
   */
  next?(nowMicros: number): Step | undefined;
}

/** Intended steps, in order of their time; read as the run goes on, never as a whole. */
export type StepSource = Iterator<Step, unknown, void>;
