import { performance } from "node:perf_hooks";

/** How long the event loop of this process has been busy so far, ms: all the time that it did not wait for something. */
export const loopBusyMs = (): number => performance.eventLoopUtilization().active;

/**
 * How many calls a process ends in a while, once its event loop has been busy all the time for about half a second.
 * One that only waits for a database says nothing here, nor does a single burst.
 */
export class BusyRate {
  readonly #busyMs: () => number;
  #lastBusyMs: number;
  #lastMs = -Infinity;
  #ended = 0;
  /** Lately, fading. */
  #share = 0;
  #perMs = 0;

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
    this.#share += fresh * (Math.min(1, (busyMs - this.#lastBusyMs) / passedMs) - this.#share);
    this.#perMs += fresh * (this.#ended / passedMs - this.#perMs);
    this.#lastBusyMs = busyMs;
    this.#lastMs = nowMs;
    this.#ended = 0;
  }

  /** Calls in so many ms; undefined as long as the loop has time to spare. */
  in(ms: number): number | undefined {
    return this.#share > BUSY_SHARE ? this.#perMs * ms : undefined;
  }
}

/** A burst that fills one connection is over by then. */
const MEMORY_MS = 200;
/** Busy all the time: the rest is the noise of two clocks. */
const BUSY_SHARE = 0.9;
