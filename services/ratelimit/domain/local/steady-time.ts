/** Read at least ten times as often as this: a longer step is the clock's, or a suspension. */
const MAX_STEP_US = 1_000_000;

/**
 * Time that never steps back, and passes over what a clock jumps: it fills no bucket. Reads are whole
 * microseconds.
 */
export class SteadyTime {
  #readUs: number | undefined;
  #nowUs = 0;

  /** The time when the clock says so. */
  at(clockUs: number): number {
    const us = Math.floor(clockUs);
    const step = us - (this.#readUs ?? us);
    this.#readUs = us;
    if (step > 0 && step <= MAX_STEP_US) this.#nowUs += step;
    return this.#nowUs;
  }
}
