import type { Clock } from "./clock.ts";

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock for tests: time passes only by `advance`, and delays end in the order they are due. */
export class ManualClock implements Clock {
  #wallMs: number;
  #elapsedMs = 0;
  #sleepers: Sleeper[] = [];

  /** `startMs`: the wall clock at the start, ms since the Unix epoch. */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#wallMs = startMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const sleeper = { dueMs: this.#elapsedMs + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
    });
  }

  /** How many delays wait: lets a test see that the code under test has gone to sleep. */
  get sleeperCount(): number {
    return this.#sleepers.length;
  }

  /** Lets `ms` pass on both clocks; after each delay that ends, what it woke runs first. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    for (;;) {
      const next = this.#takeDue(endMs);
      if (!next) break;
      this.#moveTo(Math.max(this.#elapsedMs, next.dueMs));
      next.wake();
      await settleMicrotasks();
    }
    this.#moveTo(endMs);
  }

  /** Steps the wall clock alone, as an administrator or NTP would. */
  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  #moveTo(elapsedMs: number): void {
    this.#wallMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }

  #takeDue(endMs: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.dueMs <= endMs && (!first || sleeper.dueMs < first.dueMs)) first = sleeper;
    }
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== first);
    return first;
  }
}

/** A turn of the event loop runs every microtask that a woken delay has caused. */
function settleMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
