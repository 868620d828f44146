import type { Socket } from "node:net";
import { type Dial, dialPlain, onceConnected } from "../connect-to.ts";
import type { Call, Done } from "../driver.ts";
import type { Refusal } from "../line.ts";
import { UNSEEN } from "../sent-again.ts";
import { bodyOf, encodeCall, encodeHead, GRPC_PREFIX_BYTES, type Method } from "./call-frames.ts";
import { FrameReader } from "./frame-reader.ts";
import {
  FLAG,
  FRAME,
  greeting,
  INITIAL_WINDOW_BYTES,
  MAX_WINDOW_BYTES,
  pingAck,
  readSettings,
  resetStream,
  SETTING,
  SETTINGS_ACK,
  windowUpdate,
} from "./frames.ts";
import { InFlight } from "./in-flight.ts";
import type { ConnectionEvents, RawConnection } from "./raw-connection.ts";
import { statusOfReset } from "./reset-status.ts";
import { StreamStop } from "./stream-stop.ts";
import { Uploads } from "./uploads.ts";

export { type Method, rawMethod } from "./call-frames.ts";

export type { ConnectionEvents, RawConnection } from "./raw-connection.ts";

const OK = 0;
const UNAVAILABLE = 14;
/** Of HTTP/2: it goes away in order. */
const NO_ERROR = 0;
/** The window is topped up when half of it is used. */
const TOP_UP_BYTES = 2 ** 30;
const MAX_STREAM_ID = 2 ** 31 - 1;
/** Until a server says so. One that says nothing has no limit (RFC 9113, 6.5.2). */
const MAX_STREAMS_BEFORE = 100;
const DEFAULT_MAX_FRAME_BYTES = 16_384;
/** More than this not yet taken by the kernel: the target, or the way to it, holds the data back. */
const MAX_UNSENT_BYTES = 65_536;

/** Resolves when the server's settings have arrived. `address` is host:port; the signal ends it. */
export async function openRawConnection(
  address: string,
  events: ConnectionEvents = {},
  signal?: AbortSignal,
  dial: Dial = dialPlain,
): Promise<RawConnection> {
  const socket = dial(address, signal);
  const connection = new Connection(socket, events);
  await connection.ready;
  return connection;
}

class Connection implements RawConnection {
  readonly ready: Promise<void>;
  readonly #socket: Socket;
  readonly #inFlight = new InFlight((id) => this.#over(id));
  readonly #reader = new FrameReader();
  readonly #greeted = Promise.withResolvers<void>();
  readonly #events: ConnectionEvents;
  readonly #uploads = new Uploads((frames) => this.#socket.write(frames));
  #nextStream = 1;
  #maxStreams = MAX_STREAMS_BEFORE;
  #isGreeted = false;
  #maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
  #streamWindow = INITIAL_WINDOW_BYTES;
  #sendWindow = INITIAL_WINDOW_BYTES;
  #widestWindow = INITIAL_WINDOW_BYTES;
  #receivedBytes = 0;
  #closed = false;

  constructor(socket: Socket, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    this.ready = this.#greeted.promise;
    onceConnected(socket, () => socket.write(greeting()));
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("drain", () => events.onRoom?.());
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("The server closed the connection.")));
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  refusal(messageBytes: number): Refusal | undefined {
    if (this.#closed || this.#nextStream >= MAX_STREAM_ID) return "closed";
    if (this.#inFlight.size >= this.#maxStreams) return "slot";
    const bytes = GRPC_PREFIX_BYTES + messageBytes;
    const full = bytes > this.#atOnce ? this.#sendWindow <= 0 : bytes > this.#sendWindow;
    return full || this.#socket.writableLength > MAX_UNSENT_BYTES ? "flow" : undefined;
  }

  send(method: Method, call: Pick<Call, "message" | "parts">, done: Done): number {
    const refusal = this.refusal(call.message.length);
    if (refusal === "closed") {
      done(UNAVAILABLE, undefined);
      return MAX_STREAM_ID;
    }
    if (refusal) return 0;
    const stream = this.#nextStream;
    this.#nextStream += 2;
    const stop =
      method.stopAfter && new StreamStop(method.stopAfter, () => this.#stopStream(stream));
    this.#inFlight.begin(stream, { done, framed: method.framed, stop });
    if (GRPC_PREFIX_BYTES + call.message.length > this.#atOnce) {
      this.#socket.write(encodeHead(method, call, stream));
      this.#uploads.begin(stream, bodyOf(method, call), this.#streamWindow);
      this.#upload();
    } else {
      this.#sendWindow -= (method.framed ? 0 : GRPC_PREFIX_BYTES) + call.message.length;
      this.#socket.write(encodeCall(method, call, stream, this.#maxFrameBytes));
    }
    return stream;
  }

  /**
   * What the server takes of one message without making room meanwhile. Not all of the connection's window: it need not
   * widen that before half of it is used, and what is left would never do for a message of more.
   */
  get #atOnce(): number {
    return Math.min(this.#streamWindow, this.#widestWindow / 2);
  }

  #upload(): void {
    this.#sendWindow = this.#uploads.flush(this.#sendWindow, this.#maxFrameBytes);
  }

  cancel(stream: number): void {
    this.#uploads.end(stream);
    if (!this.#inFlight.giveUp(stream) || this.#socket.destroyed) return;
    this.#reset(stream);
    this.#closeWhenOver();
    this.#events.onRoom?.();
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.read(chunk, (...frame) => this.#frame(...frame));
    } catch (error) {
      this.#socket.destroy();
      this.#end(error as Error);
    }
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === FRAME.data) this.#data(flags, stream, payload);
    else if (type === FRAME.headers) this.#inFlight.headers(stream, flags, payload);
    else if (type === FRAME.settings) this.#settings(flags, payload);
    else if (type === FRAME.windowUpdate) this.#windowUpdate(stream, payload.readUInt32BE(0));
    else if (type === FRAME.ping && !(flags & FLAG.ack)) this.#socket.write(pingAck(payload));
    else if (type === FRAME.rstStream) this.#inFlight.end(stream, statusOfReset(payload));
    else if (type === FRAME.goaway) this.#goingAway(payload);
  }

  #windowUpdate(stream: number, bytes: number): void {
    if (stream > 0) this.#uploads.widen(stream, bytes);
    else {
      this.#sendWindow += bytes;
      this.#widestWindow = Math.max(this.#widestWindow, this.#sendWindow);
    }
    this.#upload();
    if (stream === 0) this.#events.onRoom?.();
  }

  /** What is in flight is still answered, but for what came after the last that the server looks at. */
  #goingAway(payload: Buffer): void {
    const last = payload.readUInt32BE(0) & MAX_STREAM_ID;
    this.#stopSending(payload.readUInt32BE(4) === NO_ERROR ? "us" : "them");
    this.#inFlight.endAllAfter(last, UNSEEN);
    this.#closeWhenOver();
  }

  /** Nothing is sent over a closed one, and servers wait for the client to end it. */
  #closeWhenOver(): void {
    if (this.#closed && this.#inFlight.size === 0) this.#socket.destroy();
  }

  #settings(flags: number, payload: Buffer): void {
    if (flags & FLAG.ack) return;
    const settings = readSettings(payload);
    const before = this.#isGreeted ? this.#maxStreams : Number.POSITIVE_INFINITY;
    this.#isGreeted = true;
    this.#maxStreams = settings.get(SETTING.maxConcurrentStreams) ?? before;
    const window = settings.get(SETTING.initialWindowSize) ?? this.#streamWindow;
    this.#uploads.widenAll(window - this.#streamWindow);
    this.#streamWindow = window;
    this.#maxFrameBytes = settings.get(SETTING.maxFrameSize) ?? this.#maxFrameBytes;
    this.#socket.write(SETTINGS_ACK);
    this.#upload();
    this.#greeted.resolve();
  }

  #data(flags: number, id: number, payload: Buffer): void {
    this.#receivedBytes += payload.length;
    if (this.#receivedBytes >= TOP_UP_BYTES) {
      this.#socket.write(windowUpdate(0, Math.min(this.#receivedBytes, MAX_WINDOW_BYTES)));
      this.#receivedBytes = 0;
    }
    this.#inFlight.data(id, flags, payload);
  }

  #over(id: number): void {
    if (this.#uploads.end(id)) this.#reset(id); // answered before all of it was sent
    this.#closeWhenOver();
    this.#events.onRoom?.();
  }

  #reset(id: number): void {
    if (!this.#socket.destroyed) this.#socket.write(resetStream(id));
  }

  #stopStream(id: number): void {
    if (!this.#inFlight.has(id)) return;
    this.#reset(id);
    this.#inFlight.end(id, OK, true);
  }

  #stopSending(by: "us" | "them"): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.onClosed?.(by);
  }

  #end(error: Error): void {
    this.#stopSending("them");
    this.#greeted.reject(error);
    this.#inFlight.endAllAfter(0, UNAVAILABLE);
  }
}
