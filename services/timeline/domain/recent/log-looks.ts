import type { Clock } from "../../../platform/clock/clock.ts";
import type { LogHeads, PostLog } from "../../ports.ts";
import { LOOK_MS } from "./follow/poll-pace.ts";
import { HeadWaiters } from "./head-waiters.ts";

/** Looks at all heads of the log: what claims rest on, and who waits until all up to them is read. */
export class LogLooks {
  readonly #log: PostLog;
  readonly #clock: Clock;
  readonly #onHeads: (heads: LogHeads) => void;
  readonly #waiters = new HeadWaiters();
  #lookedMs = -Infinity;
  #throughMs = -Infinity;

  constructor(log: PostLog, clock: Clock, onHeads: (heads: LogHeads) => void) {
    this.#log = log;
    this.#clock = clock;
    this.#onHeads = onHeads;
  }

  /** All that was in the log at this time is read; monotonic ms. */
  get throughMs(): number {
    return this.#throughMs;
  }

  /** How long until the next one, unless somebody comes who waits for it, ms. */
  get restMs(): number {
    return this.areAwaited ? 0 : this.#lookedMs + LOOK_MS - this.#clock.monotonicMs();
  }

  /** Whether somebody came since the last one began. */
  get areAwaited(): boolean {
    return this.#waiters.areAsked;
  }

  /** Resolves when all is read that the log had after this call. */
  wait(): Promise<void> {
    return this.#waiters.wait();
  }

  /** May be taken by several at once: each is of a moment after it began. */
  async look(): Promise<LogHeads> {
    const answered = this.#waiters.asking();
    const askedMs = this.#clock.monotonicMs();
    const heads = await this.#log.heads();
    this.#lookedMs = Math.max(this.#lookedMs, askedMs);
    this.#onHeads(heads);
    answered(heads, () => {
      this.#throughMs = Math.max(this.#throughMs, askedMs);
    });
    return heads;
  }

  settle(isThrough: (heads: LogHeads) => boolean): void {
    this.#waiters.settle(isThrough);
  }

  close(): void {
    this.#waiters.close();
  }
}
