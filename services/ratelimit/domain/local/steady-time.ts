/** Read at least ten times as often as this: a longer step is the clock's, or a suspension. */
export const MAX_STEP_US = 1_000_000;

/**
 * Time that never steps back, and forward by a second at most: what a clock skips fills no bucket. Reads
 * are whole microseconds.
 */
export class SteadyTime {
  #readUs: number | undefined;
  #nowUs = 0;

  /** The time when the clock says so. */
  at(clockUs: number): number {
    const us = Math.floor(clockUs);
    const step = us - (this.#readUs ?? us);
    this.#readUs = us;
    if (step > 0) this.#nowUs += Math.min(step, MAX_STEP_US);
    return this.#nowUs;
  }
}
