import type { MicroClock } from "../drivers/driver.ts";

/** Microseconds since the start of a run. The run's driver and engine read the same one. */
export class RunClock implements MicroClock {
  #originMs = performance.now();

  /** The run starts at `originMs` on the scale of performance.now(): times before it are negative. */
  startAt(originMs: number): void {
    this.#originMs = originMs;
  }

  nowMicros(): number {
    return (performance.now() - this.#originMs) * 1000;
  }
}
