import type { LeaseTimes } from "./lease.ts";
import { type LeaseRow, RELEASED } from "./lease-rows.ts";

interface Seen {
  readonly renewals: bigint;
  readonly sinceMs: number;
  /** It was another one when looked at before. */
  readonly hasRenewed: boolean;
}

/**
 * Tells which holders are gone: who has not renewed for a lease's length and the margin, by the observer's
 * own monotonic clock, so that no two clocks are ever compared.
 */
export class DeadOrAlive {
  readonly #times: LeaseTimes;
  readonly #seen = new Map<bigint, Seen>();

  constructor(times: LeaseTimes) {
    this.#times = times;
  }

  /** Takes note of the row as it is now. True when its holder is gone. */
  isDead(row: LeaseRow, monotonicMs: number): boolean {
    if (row.renewals === RELEASED) return true;
    const { renewals } = row;
    const seen = this.#seen.get(row.generation);
    if (!seen || seen.renewals !== renewals) {
      const hasRenewed = seen !== undefined;
      this.#seen.set(row.generation, { renewals, sinceMs: monotonicMs, hasRenewed });
      return false;
    }
    this.#seen.set(row.generation, { ...seen, hasRenewed: false });
    return monotonicMs - seen.sinceMs >= this.#times.durationMs + this.#times.marginMs;
  }

  /** Whether its holder was seen to renew between the last two looks at it. */
  hasRenewed(generation: bigint): boolean {
    return this.#seen.get(generation)?.hasRenewed ?? false;
  }

  forget(generation: bigint): void {
    this.#seen.delete(generation);
  }
}
