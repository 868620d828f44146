import type { Call, Done, MicroClock } from "./driver.ts";

export interface Waiter {
  readonly call: Call;
  readonly done: Done;
  /** Its place among all that ever came to the pool. */
  readonly order: number;
  readonly slotBefore: number;
  readonly flowBefore: number;
}

/**
 * Calls that wait for the same lines, in the order they came. What they wait for is charged exactly: the
 * queue runs two stopwatches, the time its first waiter was kept by stream slots and by flow control,
 * and a call's share is what they advanced while it waited.
 */
export class WaitQueue {
  readonly #clock: MicroClock;
  readonly #waiters = new Map<Call, Waiter>();
  readonly #kept = { slot: 0, flow: 0 };
  #cause: "slot" | "flow" = "slot";
  #since = 0;

  constructor(clock: MicroClock) {
    this.#clock = clock;
  }

  get first(): Waiter | undefined {
    return this.#waiters.values().next().value;
  }

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  /** What keeps the first waiter. */
  get cause(): "slot" | "flow" {
    return this.#cause;
  }

  push(call: Call, done: Done, order: number): void {
    this.#tick();
    const { slot, flow } = this.#kept;
    this.#waiters.set(call, { call, done, order, slotBefore: slot, flowBefore: flow });
  }

  /** From now on the first waiter is kept by this. */
  keptBy(cause: "slot" | "flow"): void {
    this.#tick();
    this.#cause = cause;
  }

  /** Tells a waiting call what it waited for until now. Whether it waits here. */
  charge(call: Call): boolean {
    const waiter = this.#waiters.get(call);
    if (!waiter) return false;
    this.#tick();
    call.slotWaitMicros = this.#kept.slot - waiter.slotBefore;
    call.flowWaitMicros = this.#kept.flow - waiter.flowBefore;
    return true;
  }

  remove(call: Call): void {
    this.#waiters.delete(call);
  }

  /** Brings the stopwatches up to now; they stand while nobody waits. */
  #tick(): void {
    const now = this.#clock.nowMicros();
    if (this.#waiters.size > 0) this.#kept[this.#cause] += now - this.#since;
    this.#since = now;
  }
}
