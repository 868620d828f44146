import type { Clock } from "../../platform/clock/clock.ts";

interface Waiter {
  readonly person: bigint;
  readonly wake: () => void;
}

export interface AwaitOptions {
  readonly clock: Pick<Clock, "delay">;
  readonly maxMs: number;
  /** So many wait at a time; for one more, whoever has waited longest goes on. */
  readonly maxWaiting: number;
}

/** Messages that wait for a person to come, for a while. */
export class AwaitedPeople {
  readonly #options: AwaitOptions;
  /** In the order in which they began. */
  readonly #waiters = new Set<Waiter>();

  constructor(options: AwaitOptions) {
    this.#options = options;
  }

  /** Resolves when the person came or the wait is over. Rejects with the signal's reason. */
  async until(person: bigint, signal: AbortSignal): Promise<void> {
    const { clock, maxMs, maxWaiting } = this.#options;
    if (this.#waiters.size === maxWaiting) this.#wakeFirst();
    const { promise, resolve: wake } = Promise.withResolvers<void>();
    const waiter = { person, wake };
    const woken = new AbortController();
    this.#waiters.add(waiter);
    try {
      await Promise.race([promise, clock.delay(maxMs, AbortSignal.any([signal, woken.signal]))]);
    } finally {
      this.#waiters.delete(waiter);
      // The delay shall not outlive the wait.
      woken.abort();
    }
  }

  came(person: bigint): void {
    for (const { person: awaited, wake } of this.#waiters) if (awaited === person) wake();
  }

  #wakeFirst(): void {
    const [first] = this.#waiters;
    if (first === undefined) return;
    this.#waiters.delete(first);
    first.wake();
  }
}
