/** How far the wall clock may be from the time it is checked against, ms (rule 4.3). */
export const MAX_CLOCK_DIFFERENCE_MS = 500;
/** A clock that is being slewed is followed at most this fast: 1 ms a second. */
const MAX_SLEW = 0.001;

/**
 * Tells a wall clock that was stepped from one that runs. The reference is a time seen elsewhere (the
 * store's, or the wall clock at the start), carried forward by the monotonic clock.
 */
export class ClockGuard {
  #referenceMs: number;
  #monotonicMs: number;

  /** `referenceMs`: Unix time that was true when the monotonic clock said `monotonicMs`. */
  constructor(referenceMs: number, monotonicMs: number) {
    this.#referenceMs = referenceMs;
    this.#monotonicMs = monotonicMs;
  }

  /** The time it should be now, Unix ms. */
  referenceAt(monotonicMs: number): number {
    return this.#referenceMs + monotonicMs - this.#monotonicMs;
  }

  isTrusted(nowMs: number, monotonicMs: number): boolean {
    return Math.abs(nowMs - this.referenceAt(monotonicMs)) <= MAX_CLOCK_DIFFERENCE_MS;
  }

  /** Takes a new reference from the store. */
  see(referenceMs: number, monotonicMs: number): void {
    this.#referenceMs = referenceMs;
    this.#monotonicMs = monotonicMs;
  }

  /** Without a store: follows the wall clock as far as a slew can explain, never a step. */
  followWall(nowMs: number, monotonicMs: number): void {
    const most = (monotonicMs - this.#monotonicMs) * MAX_SLEW;
    const referenceMs = this.referenceAt(monotonicMs);
    const followed = Math.max(-most, Math.min(most, nowMs - referenceMs));
    this.see(referenceMs + followed, monotonicMs);
  }
}
