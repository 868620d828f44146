import type { Clock } from "../../../../platform/clock/clock.ts";

/** Steps, one after the other, and rests between them that can be cut short. */
export class WakingLoop {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #running: Promise<void>;
  #wake: (() => void) | undefined;
  /** Since the last step began: who wakes between a step's end and its rest is not to wait for all of that. */
  #isWoken = false;

  /** @param step gives how long to rest after it, ms; until `signal` aborts */
  constructor(clock: Clock, signal: AbortSignal, step: () => Promise<number>) {
    this.#clock = clock;
    this.#signal = signal;
    this.#running = this.#run(step);
  }

  /** Ends a rest; a step in hand goes on, and is followed by the next at once. */
  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** Resolves when the last step has ended, once the signal has aborted. */
  async ended(): Promise<void> {
    this.wake();
    await this.#running;
  }

  async #run(step: () => Promise<number>): Promise<void> {
    while (!this.#signal.aborted) {
      this.#isWoken = false;
      const ms = await step();
      if (ms > 0 && !this.#isWoken && !this.#signal.aborted) await this.#rest(ms);
    }
  }

  async #rest(ms: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await this.#clock.delay(ms, woken.signal).catch(() => {});
    this.#wake = undefined;
  }
}
