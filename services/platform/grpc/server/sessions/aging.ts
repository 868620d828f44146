import { CONNECTION_AGED, unavailable } from "../../errors/errors.ts";
import type { Stoppable } from "../calls/in-flight.ts";

/** Ends the streams of one connection evenly over a time, and at its end those that came meanwhile. */
export class Aging {
  readonly #toEnd: Stoppable[];
  readonly #endsMs: number;
  #nextMs: number;

  constructor(open: readonly Stoppable[], nowMs: number, agingMs: number) {
    this.#toEnd = [...open];
    this.#endsMs = nowMs + agingMs;
    this.#nextMs = nowMs;
  }

  /** True: its time is over, and nothing is left that has not been told so. */
  look(open: readonly Stoppable[], nowMs: number): boolean {
    const reason = unavailable("this connection has its age: resume, on another one", {
      reason: CONNECTION_AGED,
    });
    if (nowMs >= this.#endsMs) {
      for (const call of open) call.stop(reason);
    }
    while (this.#toEnd.length > 0 && nowMs >= this.#nextMs) {
      this.#nextMs += (this.#endsMs - this.#nextMs) / this.#toEnd.length;
      // Nothing happens when it has ended by itself.
      this.#toEnd.pop()?.stop(reason);
    }
    return nowMs >= this.#endsMs;
  }
}
