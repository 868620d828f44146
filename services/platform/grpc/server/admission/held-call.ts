import type { ServerHttp2Stream } from "node:http2";
import type { Admission } from "../../../admission/admission.ts";
import type { Holder } from "../../../admission/holders.ts";
import type { MethodTimes } from "../../../admission/service-times.ts";
import { type Listed, NOWHERE, Roster } from "../../../memory/roster.ts";

/** About as long as a window of admission, ms. */
const GIVEN_UP_MS = 100;

interface Hold {
  readonly holders: readonly Holder[];
  readonly times: MethodTimes;
  readonly startedMs: number;
}

/**
 * The calls that were let in. One whose request is not whole by the next look gives its place back until it is: a
 * caller who sends half of one keeps nobody out, and says nothing of how long calls take. And one that waits for a
 * store keeps out no call of another method: while a disk stands still, what is in memory is read.
 */
export class HeldCalls {
  readonly #admission: Admission;
  readonly #calls = new Roster<HeldCall>();
  /** Given up by their callers lately. */
  #givenUp: HeldCall[] = [];

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  add(stream: ServerHttp2Stream, hold: Hold): void {
    const call = new HeldCall(stream, this.#admission, hold);
    this.#calls.add(call);
    stream.once("close", () => {
      this.#calls.delete(call);
      // Node ends the side of a stream that is reset, so that one looks finished that never was answered.
      if (stream.writableFinished && !stream.aborted) call.leave();
      else this.#keep(call.givenUp());
    });
  }

  /**
   * What was begun for a call is not undone when its caller gives it up: it keeps its place for a while. Who asks and
   * resets, again and again, would else have any number of calls begun at a time.
   */
  #keep(call: HeldCall): void {
    this.#givenUp.push(call);
    if (this.#givenUp.length > 1) return;
    setTimeout(() => {
      const calls = this.#givenUp;
      this.#givenUp = [];
      for (const one of calls) one.leave();
    }, GIVEN_UP_MS).unref();
  }

  look(nowMs: number): void {
    for (const call of this.#calls) call.look(nowMs);
  }
}

class HeldCall implements Listed {
  place = NOWHERE;
  readonly #stream: ServerHttp2Stream;
  readonly #admission: Admission;
  readonly #hold: Hold;
  #state: "held" | "awaited" | "waiting" | "ended" = "held";
  /** Its request came slowly. */
  #isSlow = false;
  /** After so long, ms. */
  #givenUpMs: number | undefined;

  constructor(stream: ServerHttp2Stream, admission: Admission, hold: Hold) {
    this.#stream = stream;
    this.#admission = admission;
    this.#hold = hold;
    admission.enter(hold.holders, hold.times);
  }

  look(nowMs: number): void {
    if (this.#state !== "held") return;
    const { holders, times, startedMs } = this.#hold;
    if (!this.#stream.readableEnded) this.#awaitRequest();
    else if (this.#admission.limit.isElsewhere(startedMs, nowMs)) {
      this.#state = "waiting";
      this.#admission.wait(holders, times);
    }
  }

  #awaitRequest(): void {
    const stream = this.#stream;
    const { holders, times } = this.#hold;
    this.#isSlow = true;
    this.#state = "awaited";
    this.#admission.suspend(holders);
    stream.once("end", () => {
      if (this.#state !== "awaited" || stream.closed) return;
      this.#state = "held";
      this.#admission.resume(holders, times);
    });
  }

  /** Its caller has gone before it was answered whole. */
  givenUp(): this {
    this.#givenUpMs = performance.now() - this.#hold.startedMs;
    return this;
  }

  leave(): void {
    const { holders, times, startedMs } = this.#hold;
    if (this.#state === "waiting") this.#admission.goOn(holders, times);
    const isAnswered = this.#givenUpMs !== undefined && this.#stream.headersSent;
    if (this.#state === "awaited") this.#admission.abandon(holders);
    else if (this.#isSlow || isAnswered) this.#admission.leave(holders);
    else if (this.#givenUpMs === undefined) {
      this.#admission.leave(holders, times, performance.now() - startedMs);
    } else this.#admission.giveUp(holders, times, this.#givenUpMs);
    this.#state = "ended";
  }
}
