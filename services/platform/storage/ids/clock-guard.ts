/** How far the wall clock may be from the time it is checked against, ms (rule 4.3). */
export const MAX_CLOCK_DIFFERENCE_MS = 500;
/** A clock that is being slewed is followed at most this fast: 1 ms a second. */
const MAX_SLEW = 0.001;
/** A wall clock that was stepped, and has run evenly for so long since, is right: it was corrected, ms. */
const STEP_LASTS_MS = 5_000;

/** The store's time, as the two ends of a round trip let it be known. */
export interface TimeSample {
  /** Unix ms. */
  readonly timeMs: number;
  /** The middle of the round trip, on the monotonic clock. */
  readonly monotonicMs: number;
  /** Half of the round trip: the store may have looked at its clock so much earlier or later, ms. */
  readonly uncertaintyMs: number;
}

/**
 * Tells a wall clock that was stepped from one that runs. The reference is a time seen elsewhere (the
 * store's, or the wall clock at the start), carried forward by the monotonic clock.
 */
export class ClockGuard {
  #referenceMs: number;
  #monotonicMs: number;
  /** A step of the wall clock away from the reference, as it was first seen. */
  #step: { readonly differenceMs: number; readonly sinceMs: number } | undefined;

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

  /** Moves the reference as far as the sample demands, and no further: a slow answer says little. */
  see({ timeMs, monotonicMs, uncertaintyMs }: TimeSample): void {
    const referenceMs = this.referenceAt(monotonicMs);
    const earliestMs = timeMs - uncertaintyMs;
    const latestMs = timeMs + uncertaintyMs;
    this.#refer(Math.min(Math.max(referenceMs, earliestMs), latestMs), monotonicMs);
  }

  /** Without a store's time: follows the wall clock as far as a slew can explain, and a step that lasts. */
  followWall(nowMs: number, monotonicMs: number): void {
    const differenceMs = nowMs - this.referenceAt(monotonicMs);
    if (Math.abs(differenceMs) > MAX_CLOCK_DIFFERENCE_MS) {
      if (this.#hasLasted(differenceMs, monotonicMs)) this.#refer(nowMs, monotonicMs);
      return;
    }
    this.#step = undefined;
    const most = (monotonicMs - this.#monotonicMs) * MAX_SLEW;
    const followed = Math.max(-most, Math.min(most, differenceMs));
    this.#refer(this.referenceAt(monotonicMs) + followed, monotonicMs);
  }

  #refer(referenceMs: number, monotonicMs: number): void {
    this.#referenceMs = referenceMs;
    this.#monotonicMs = monotonicMs;
  }

  #hasLasted(differenceMs: number, monotonicMs: number): boolean {
    const step = this.#step;
    if (!step || Math.abs(step.differenceMs - differenceMs) > MAX_CLOCK_DIFFERENCE_MS) {
      this.#step = { differenceMs, sinceMs: monotonicMs };
      return false;
    }
    return monotonicMs - step.sinceMs >= STEP_LASTS_MS;
  }
}
