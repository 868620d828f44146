import type { Clock } from "../../clock/clock.ts";
import type { LeaseTimes } from "./lease.ts";

/**
 * How long a lease can be relied on without asking. Counted from when the renewal was *sent*: the store
 * cannot have seen it earlier. The monotonic clock stands still while a machine is suspended, so a wall
 * clock that has run away from it also ends the lease, until the next renewal.
 */
export class HeldUntil {
  readonly #clock: Clock;
  readonly #times: LeaseTimes;
  #sentMonotonicMs = -Infinity;
  #sentWallMs = 0;

  constructor(clock: Clock, times: LeaseTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  /** Call before a renewal is sent; call the result once it has succeeded. */
  renewing(): () => void {
    const monotonicMs = this.#clock.monotonicMs();
    const wallMs = this.#clock.nowMs();
    return () => {
      this.#sentMonotonicMs = monotonicMs;
      this.#sentWallMs = wallMs;
    };
  }

  isHeld(): boolean {
    const { durationMs, marginMs } = this.#times;
    const elapsedMs = this.#clock.monotonicMs() - this.#sentMonotonicMs;
    if (elapsedMs >= durationMs - marginMs) return false;
    const wallElapsedMs = this.#clock.nowMs() - this.#sentWallMs;
    return wallElapsedMs - elapsedMs < marginMs;
  }

  /** Until a renewal is due of which there are so many in the lease's time, ms. */
  dueInMs(renewalsPerDuration: number): number {
    const dueMs = this.#sentMonotonicMs + this.#times.durationMs / renewalsPerDuration;
    return Math.max(0, dueMs - this.#clock.monotonicMs());
  }

  /** Nothing is held any more. */
  end(): void {
    this.#sentMonotonicMs = -Infinity;
  }
}
