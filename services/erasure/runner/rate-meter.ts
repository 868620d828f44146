/** Items a second over the last few seconds. */
export class RateMeter {
  #lastMs: number;
  #lastCount = 0;
  #rate = 0;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  /** `count` so far, at a monotonic time in ms. */
  rate(count: number, nowMs: number): number {
    const elapsedMs = nowMs - this.#lastMs;
    if (elapsedMs < WINDOW_MS) return this.#rate;
    const now = ((count - this.#lastCount) / elapsedMs) * 1_000;
    this.#rate = this.#rate === 0 ? now : this.#rate * (1 - WEIGHT) + now * WEIGHT;
    this.#lastMs = nowMs;
    this.#lastCount = count;
    return this.#rate;
  }
}

const WINDOW_MS = 500;
const WEIGHT = 0.3;
