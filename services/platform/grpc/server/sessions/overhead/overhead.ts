import { EventEmitter } from "node:events";
import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Clock } from "../../../../clock/clock.ts";
import type { Reading } from "../../../../lifecycle/readings.ts";
import { SentHeads } from "./sent-heads.ts";

/** Of what is no message, on one connection: so much at once, and then so much a second. */
const AT_ONCE_BYTES = 1_024 * 1_024;
const BYTES_PER_SECOND = 8 * 1_024 * 1_024;
/** What a call that was shown may have had as its head, with the frames that belong to it. */
const HEAD_BYTES = 1_024;
/** Of a message's bytes, for the frames that they come in. */
const FRAMES_PART = 0.001;

/**
 * Bounds what a connection sends that is no message, by reading it no faster. What becomes of heads that are too long,
 * or come behind the end of their stream, only the HTTP/2 library sees: it decodes them all the same, 144 KiB to a head,
 * and 2 MiB of them in a turn of the event loop. So what counts is what came, less all that was shown. No call is refused
 * for it, and no connection ends.
 */
export class Overhead {
  readonly #http2: ServerHttp2Session;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #reading: Reading;
  /** Bytes beyond what it may send; below 0: that it may still send. */
  #owed = -AT_ONCE_BYTES;
  readonly #heads = new SentHeads();
  #came = 0;
  #shown = 0;
  #lookedMs: number;

  constructor(http2: ServerHttp2Session, clock: Pick<Clock, "monotonicMs">, reading: Reading) {
    this.#http2 = http2;
    this.#clock = clock;
    this.#reading = reading;
    this.#lookedMs = clock.monotonicMs();
  }

  /** A call was shown, be it let in or refused. `rawHeaders`: names and values in turns. */
  opened(stream: ServerHttp2Stream, rawHeaders: readonly string[]): void {
    this.#shown += HEAD_BYTES + this.#heads.sentWith(rawHeaders);
    // Somebody else has it flow, or Node, which throws away what a refused call brings: a Readable's own costs more.
    EventEmitter.prototype.on.call(stream, "data", this.#took);
  }

  readonly #took = (chunk: Buffer): void => {
    this.#shown += chunk.length * (1 + FRAMES_PART);
  };

  /** True: it is not read for a while. */
  look(): boolean {
    if (this.#reading.isStopped || this.#http2.destroyed) return false;
    const nowMs = this.#clock.monotonicMs();
    const { bytesRead } = this.#http2.socket;
    const allowed = ((nowMs - this.#lookedMs) / 1_000) * BYTES_PER_SECOND;
    const owed = this.#owed + bytesRead - this.#came - this.#shown - allowed;
    this.#owed = Math.max(-AT_ONCE_BYTES, owed);
    this.#came = bytesRead;
    this.#shown = 0;
    this.#lookedMs = nowMs;
    if (this.#owed <= 0) return false;
    return this.#reading.stopFor((this.#owed / BYTES_PER_SECOND) * 1_000);
  }
}
