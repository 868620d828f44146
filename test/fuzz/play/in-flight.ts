const LOOK_EVERY_MS = 1_000;

/** Calls that have begun and not ended, by number, the oldest first. */
export class InFlight {
  readonly #sinceMs = new Map<number, number>();

  /** The call has ended when the function that it gives is called. */
  begin(number: number): () => void {
    this.#sinceMs.set(number, performance.now());
    return () => void this.#sinceMs.delete(number);
  }

  numbers(): readonly number[] {
    return [...this.#sinceMs.keys()];
  }

  /** Tells of a call that takes longer than `mostMs`, until it is disposed of. */
  watch(mostMs: number, onLate: (number: number) => void): Disposable {
    const look = () => {
      const [oldest] = this.#sinceMs;
      if (oldest && performance.now() - oldest[1] > mostMs) onLate(oldest[0]);
    };
    const timer = setInterval(look, Math.min(LOOK_EVERY_MS, mostMs));
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}
