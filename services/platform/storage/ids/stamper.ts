import { makePostId, type PostId } from "../../../model/ids.ts";

/** The right of one process to stamp ids of one node, in the ids' own time: from <= time < to, Unix ms. */
export interface IdGrant {
  readonly node: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far a clock may be behind the last id before stamping stops, ms. */
export const MAX_STEP_BACK_MS = 500;
const MAX_SEQUENCE = 4_095;

/** Why no id can be stamped now. */
export type Refusal = (typeof REFUSALS)[keyof typeof REFUSALS];

export const REFUSALS = {
  grantEnded: "its grant of ids ran out, as after a standstill, and is being extended",
  clockBehind: "the clock was set back behind the last id",
} as const;

/**
 * Stamps ids inside a grant, each greater than the one before, whatever the clock does. When the clock
 * stands still or steps back a little, the ids' time stays, and runs ahead once the sequence is used up.
 */
export class IdStamper {
  readonly #node: number;
  #toMs: number;
  #timeMs: number;
  #sequence = -1;

  constructor(grant: IdGrant) {
    this.#node = grant.node;
    this.#timeMs = grant.fromMs;
    this.#toMs = grant.toMs;
  }

  /** A greater id than every one before, or why there is none. `nowMs`: Unix time. */
  next(nowMs: number): PostId | Refusal {
    if (nowMs < this.#timeMs - MAX_STEP_BACK_MS) return REFUSALS.clockBehind;
    let timeMs = Math.max(Math.floor(nowMs), this.#timeMs);
    let sequence = timeMs === this.#timeMs ? this.#sequence + 1 : 0;
    if (sequence > MAX_SEQUENCE) {
      timeMs += 1;
      sequence = 0;
    }
    if (timeMs >= this.#toMs) return REFUSALS.grantEnded;
    this.#timeMs = timeMs;
    this.#sequence = sequence;
    return makePostId(timeMs, this.#node, sequence);
  }

  /** Why `next` would not give an id; undefined when it would. */
  refusalAt(nowMs: number): Refusal | undefined {
    if (nowMs < this.#timeMs - MAX_STEP_BACK_MS) return REFUSALS.clockBehind;
    return Math.max(Math.floor(nowMs), this.#timeMs) < this.#toMs ? undefined : REFUSALS.grantEnded;
  }

  /** The grant was extended; it never shrinks. */
  extendTo(toMs: number): void {
    this.#toMs = Math.max(this.#toMs, toMs);
  }

  /** The first time that this stamper has not used: where a successor may begin. */
  get unusedFromMs(): number {
    return this.#timeMs + 1;
  }
}
