import { performance } from "node:perf_hooks";

/** How long the event loop of this process has been busy so far, ms: all the time that it did not wait for something. */
export const loopBusyMs = (): number => performance.eventLoopUtilization().active;

/**
 * How many calls a process ends in a while, and whether its event loop has been busy all the time for about half a
 * second. One that only waits for a database is not, nor is one after a single burst.
 */
export class BusyRate {
  readonly #busyMs: () => number;
  #lastBusyMs: number;
  #lastMs = -Infinity;
  #ended = 0;
  /** Lately, fading. */
  #share = 0;
  #perMs = 0;
  /** The most of these, fading more slowly. */
  #bestPerMs = 0;
  /** Between the last two looks. */
  busyLastMs = 0;
  #passedLastMs = 0;

  constructor(busyMs: () => number) {
    this.#busyMs = busyMs;
    this.#lastBusyMs = busyMs();
  }

  ended(): void {
    this.#ended++;
  }

  look(nowMs: number): void {
    const busyMs = this.#busyMs();
    const passedMs = nowMs - this.#lastMs;
    const fresh = 1 - Math.exp(-passedMs / MEMORY_MS);
    this.busyLastMs = busyMs - this.#lastBusyMs;
    this.#passedLastMs = passedMs;
    this.#share += fresh * (Math.min(1, this.busyLastMs / passedMs) - this.#share);
    this.#perMs += fresh * (this.#ended / passedMs - this.#perMs);
    this.#bestPerMs = Math.max(this.#perMs, this.#bestPerMs * Math.exp(-passedMs / BEST_MEMORY_MS));
    this.#lastBusyMs = busyMs;
    this.#lastMs = nowMs;
    this.#ended = 0;
  }

  /** Whether the loop has had no time to spare for a while. */
  get isBusy(): boolean {
    return this.#share > BUSY_SHARE;
  }

  /** Whether the loop waited for something in most of the time between the last two looks. */
  get hasTimeToSpare(): boolean {
    return this.busyLastMs < this.#passedLastMs / 2;
  }

  /** Calls that it ends in so many ms, at its best lately: one that stood still is no slower when it goes on. */
  in(ms: number): number {
    return this.#bestPerMs * ms;
  }
}

/** A burst that fills one connection is over by then. */
const MEMORY_MS = 200;
const BEST_MEMORY_MS = 2_000;
/** Busy all the time: the rest is the noise of two clocks. */
const BUSY_SHARE = 0.9;
