import { constants, type ServerHttp2Stream } from "node:http2";
import { status } from "@grpc/grpc-js";
import { type Listed, NOWHERE } from "../../../memory/roster.ts";
import { answerEarly, statusHeaders } from "../early-answer.ts";
import { Framing, PREFIX_BYTES } from "./framing.ts";
import type { SessionLimits } from "./session-limits.ts";

/** Bytes of unfinished messages: of a session, and of all. */
export interface UnfinishedBytes {
  /** False when there is no room for so many more. */
  add(bytes: number): boolean;
}

/** The time of the last look at all streams, ms: asking the clock for each chunk would cost more. */
export interface LookTime {
  readonly nowMs: number;
}

/** One call, from the side of HTTP/2: how its request arrives, and whether its answer is taken. */
export class WatchedStream implements Listed {
  place = NOWHERE;
  readonly #stream: ServerHttp2Stream;
  /** A request that is one message is on its way until its caller has closed its side. */
  readonly #isOneMessage: boolean;
  readonly #unfinished: UnfinishedBytes;
  readonly #time: LookTime;
  /** Made for the first message that does not come in one piece: most calls have none. */
  #framing: Framing | undefined;
  #counted = 0;
  /** Since when something is on its way, ms. */
  #arrivingSinceMs: number;
  #unsentBytes = 0;
  #unsentSinceMs = 0;

  constructor(
    stream: ServerHttp2Stream,
    isOneMessage: boolean,
    unfinished: UnfinishedBytes,
    time: LookTime,
  ) {
    this.#stream = stream;
    this.#isOneMessage = isOneMessage;
    this.#unfinished = unfinished;
    this.#time = time;
    this.#arrivingSinceMs = time.nowMs;
  }

  /** Ends a call that keeps what it was given waiting for too long. */
  look(nowMs: number, { arrivalMs, slowConsumerMs }: SessionLimits): void {
    if (this.#isArriving && nowMs - this.#arrivingSinceMs > arrivalMs) {
      const message = `the request did not arrive whole within ${arrivalMs} ms`;
      this.#refuse(status.DEADLINE_EXCEEDED, message);
    }
    const unsentBytes = this.#stream.writableLength;
    if (unsentBytes === 0 || unsentBytes !== this.#unsentBytes) {
      this.#unsentBytes = unsentBytes;
      this.#unsentSinceMs = nowMs;
    } else if (nowMs - this.#unsentSinceMs > slowConsumerMs) {
      // A status would wait behind what is not taken.
      this.#stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    }
  }

  readonly arrived = (chunk: Buffer): void => {
    if (this.#framing === undefined && isWholeMessage(chunk)) return;
    this.#framing ??= new Framing();
    this.#framing.take(chunk);
    const { unfinishedBytes } = this.#framing;
    if (this.#counted === 0 && !this.#isOneMessage) this.#arrivingSinceMs = this.#time.nowMs;
    const hasRoom = this.#unfinished.add(unfinishedBytes - this.#counted);
    this.#counted = unfinishedBytes;
    if (hasRoom) return;
    const message = "too many messages of this connection are half sent; send fewer at a time";
    this.#refuse(status.RESOURCE_EXHAUSTED, message);
  };

  /** Gives back the room of what will not become whole any more. */
  release(): void {
    this.#unfinished.add(-this.#counted);
    this.#counted = 0;
  }

  get #isArriving(): boolean {
    if (this.#stream.readableEnded || this.#stream.closed) return false;
    return this.#isOneMessage || this.#counted > 0;
  }

  #refuse(grpcStatus: number, message: string): void {
    this.release();
    answerEarly(this.#stream, statusHeaders(grpcStatus, message));
  }
}

function isWholeMessage(chunk: Buffer): boolean {
  return chunk.length >= PREFIX_BYTES && chunk.readUInt32BE(1) === chunk.length - PREFIX_BYTES;
}
