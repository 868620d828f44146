const LOOK_EVERY_MS = 1_000;
/** What is longer between two looks is the machine's or this process's own, and nobody's answer. */
const MOST_LOOKS = 3;

/** Calls that have begun and not ended, by number, the oldest first. */
export class InFlight {
  readonly #sinceMs = new Map<number, number>();
  /** While somebody watched, and the process went on: not while it was stopped. */
  #watchedMs = 0;

  /** The call has ended when the function that it gives is called. */
  begin(number: number): () => void {
    this.#sinceMs.set(number, this.#watchedMs);
    return () => void this.#sinceMs.delete(number);
  }

  numbers(): readonly number[] {
    return [...this.#sinceMs.keys()];
  }

  /** Tells of a call that takes longer than `mostMs`, until it is disposed of. */
  watch(mostMs: number, onLate: (number: number) => void): Disposable {
    const everyMs = Math.min(LOOK_EVERY_MS, mostMs);
    let lastMs = performance.now();
    const look = () => {
      const nowMs = performance.now();
      this.#watchedMs += Math.min(nowMs - lastMs, MOST_LOOKS * everyMs);
      lastMs = nowMs;
      const [oldest] = this.#sinceMs;
      if (oldest && this.#watchedMs - oldest[1] > mostMs) onLate(oldest[0]);
    };
    const timer = setInterval(look, everyMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}
