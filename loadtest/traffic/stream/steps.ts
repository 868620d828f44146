import { mix } from "../../../population/hash.ts";

/** What people do. The order is part of the recorded format. */
export const STEP_KINDS = ["open", "page", "scroll", "post"] as const;
export type StepKind = (typeof STEP_KINDS)[number];
export const OPEN = 0;
export const PAGE = 1;
export const SCROLL = 2;
export const POST = 3;

/**
 * The steps of one second in their order: time, person, step, session. Columns, of which the first
 * `count` places hold. They are used again for the next second: copy what must stay.
 */
export interface StepBatch {
  /** Seconds since 0:00 UTC of day 0. */
  readonly second: number;
  readonly count: number;
  /** Microseconds into the second. */
  readonly offsetUs: Int32Array;
  readonly person: Int32Array;
  /** Names the session among those of its person; 31 bits, drawn. */
  readonly session: Int32Array;
  /** Place in the session, from 0: a step's predecessor is the step before. */
  readonly step: Uint8Array;
  /** Place in STEP_KINDS. */
  readonly kind: Uint8Array;
}

/** When the step at `i` is due, in us since 0:00 UTC of day 0. */
export function timeUs(batch: StepBatch, i: number): number {
  return batch.second * 1e6 + batch.offsetUs[i];
}

/** Which of its author's texts a post is: population's `text(person, number)` makes it. */
export function textNumber(session: number, step: number): number {
  return mix(session ^ Math.imul(step, 0x9e3779b1)) >>> 0;
}
