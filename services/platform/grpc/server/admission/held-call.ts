import type { ServerHttp2Stream } from "node:http2";
import type { Admission } from "../../../admission/admission.ts";
import type { Holder } from "../../../admission/holders.ts";
import type { MethodTimes } from "../../../admission/service-times.ts";
import { type Listed, NOWHERE, Roster } from "../../../memory/roster.ts";

interface Hold {
  readonly holders: readonly Holder[];
  readonly times: MethodTimes;
  readonly startedMs: number;
}

/**
 * The calls that were let in since the last look. One whose request is not whole by the next gives its place back
 * until it is: a caller who sends half of one keeps nobody out, and says nothing of how long calls take.
 */
export class ArrivingCalls {
  readonly #admission: Admission;
  readonly #calls = new Roster<HeldCall>();

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  add(stream: ServerHttp2Stream, hold: Hold): void {
    const call = new HeldCall(stream, this.#admission, hold);
    this.#calls.add(call);
    stream.once("close", () => {
      this.#calls.delete(call);
      call.closed();
    });
  }

  look(): void {
    for (const call of this.#calls) {
      this.#calls.delete(call);
      call.look();
    }
  }
}

class HeldCall implements Listed {
  place = NOWHERE;
  readonly #stream: ServerHttp2Stream;
  readonly #admission: Admission;
  readonly #hold: Hold;
  #state: "held" | "awaited" | "ended" = "held";
  /** Its request came slowly. */
  #isSlow = false;

  constructor(stream: ServerHttp2Stream, admission: Admission, hold: Hold) {
    this.#stream = stream;
    this.#admission = admission;
    this.#hold = hold;
    admission.enter(hold.holders);
  }

  look(): void {
    const stream = this.#stream;
    if (this.#state !== "held" || stream.readableEnded) return;
    this.#isSlow = true;
    this.#state = "awaited";
    this.#admission.suspend(this.#hold.holders);
    stream.once("end", () => {
      if (this.#state !== "awaited" || stream.closed) return;
      this.#state = "held";
      this.#admission.resume(this.#hold.holders);
    });
  }

  closed(): void {
    const { holders, times, startedMs } = this.#hold;
    if (this.#state === "awaited") this.#admission.abandon(holders);
    else if (this.#isSlow) this.#admission.leave(holders);
    else this.#admission.leave(holders, times, performance.now() - startedMs);
    this.#state = "ended";
  }
}
