import { constants, type ServerHttp2Stream } from "node:http2";
import { status } from "@grpc/grpc-js";
import { Framing } from "./framing.ts";
import type { SessionLimits } from "./session-limits.ts";

/** Bytes of unfinished messages: of a session, and of all. */
export interface UnfinishedBytes {
  /** False when there is no room for so many more. */
  add(bytes: number): boolean;
}

/** One call, from the side of HTTP/2: how its request arrives, and whether its answer is taken. */
export class WatchedStream {
  readonly #stream: ServerHttp2Stream;
  readonly #framing = new Framing();
  readonly #unfinished: UnfinishedBytes;
  /** A request that is one message has not begun to arrive until it has. */
  readonly #isOneMessage: boolean;
  #counted = 0;
  /** Since when something is on its way, ms; undefined while nothing is. */
  #arrivingSinceMs: number | undefined;
  #unsentBytes = 0;
  #unsentSinceMs = 0;

  constructor(
    stream: ServerHttp2Stream,
    isOneMessage: boolean,
    unfinished: UnfinishedBytes,
    nowMs: () => number,
  ) {
    this.#stream = stream;
    this.#isOneMessage = isOneMessage;
    this.#unfinished = unfinished;
    if (isOneMessage) this.#arrivingSinceMs = nowMs();
    stream.on("data", (chunk: Buffer) => this.#arrived(chunk, nowMs()));
    stream.once("end", () => this.#arrivedWhole());
    stream.once("close", () => this.#arrivedWhole());
  }

  /** Ends a call that keeps what it was given waiting for too long. */
  look(nowMs: number, { arrivalMs, slowConsumerMs }: SessionLimits): void {
    if (this.#arrivingSinceMs !== undefined && nowMs - this.#arrivingSinceMs > arrivalMs) {
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

  #arrived(chunk: Buffer, nowMs: number): void {
    this.#framing.take(chunk);
    const { unfinishedBytes } = this.#framing;
    if (unfinishedBytes === 0 && !this.#isOneMessage) this.#arrivingSinceMs = undefined;
    else this.#arrivingSinceMs ??= nowMs;
    const hasRoom = this.#unfinished.add(unfinishedBytes - this.#counted);
    this.#counted = unfinishedBytes;
    if (hasRoom) return;
    const message = "too many messages of this connection are half sent; send fewer at a time";
    this.#refuse(status.RESOURCE_EXHAUSTED, message);
  }

  #arrivedWhole(): void {
    this.#arrivingSinceMs = undefined;
    this.#unfinished.add(-this.#counted);
    this.#counted = 0;
  }

  #refuse(grpcStatus: number, message: string): void {
    const stream = this.#stream;
    this.#arrivedWhole();
    if (stream.headersSent || stream.destroyed || stream.closed) {
      stream.close(constants.NGHTTP2_CANCEL);
      return;
    }
    const headers = {
      ":status": 200,
      "content-type": "application/grpc+proto",
      "grpc-status": grpcStatus,
      "grpc-message": encodeURI(message),
    };
    stream.respond(headers, { endStream: true });
    // In a turn of its own: a reset would overtake the answer while data is being received.
    setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
  }
}
