import type { Socket } from "node:net";
import { type Dial, dialPlain, onceConnected } from "../connect-to.ts";
import type { Call, Done } from "../driver.ts";
import type { Refusal } from "../line.ts";
import { encodeCall, GRPC_PREFIX_BYTES, type Method } from "./call-frames.ts";
import {
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
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
import { createHeaderCache } from "./header-cache.ts";
import { statusOf, withoutPadding } from "./last-headers.ts";
import { statusOfReset } from "./reset-status.ts";
import { StreamStop } from "./stream-stop.ts";

export { type Method, rawMethod } from "./call-frames.ts";

/** What the owner of a connection is told. */
export interface ConnectionEvents {
  /** A call that was refused may fit now. */
  readonly onRoom?: () => void;
  /** No new call will be written; calls in flight are answered, or end as UNAVAILABLE. */
  readonly onClosed?: () => void;
}

/** One HTTP/2 connection that sends unary gRPC calls: one write a call, so that none waits for another. */
export interface RawConnection {
  /** Calls in flight. */
  readonly inFlight: number;
  /** What keeps a message of so many bytes from being written now; undefined when nothing does. */
  refusal(messageBytes: number): Refusal | undefined;
  /**
   * Sends a call now and returns its stream, or 0 when the server's stream limit or flow-control
   * window has no room: the caller keeps it and counts the wait. A message larger than the server lets one stream send at once ends with RESOURCE_EXHAUSTED: this
   * driver writes a call as a whole.
   */
  send(method: Method, call: Pick<Call, "message" | "parts">, done: Done): number;
  /** Gives a call up; its `done` is not called. */
  cancel(stream: number): void;
  close(): void;
}

const OK = 0;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;
const UNKNOWN = 2;
/** The window is topped up when half of it is used. */
const TOP_UP_BYTES = 2 ** 30;
const MAX_STREAM_ID = 2 ** 31 - 1;
const DEFAULT_MAX_STREAMS = 100;
const DEFAULT_MAX_FRAME_BYTES = 16_384;
/** More than this not yet taken by the kernel: the target, or the way to it, holds the data back. */
const MAX_UNSENT_BYTES = 65_536;

interface Stream {
  readonly done: Done;
  readonly framed: boolean;
  /** Ends it when it has brought enough. */
  readonly stop: StreamStop | undefined;
  parts: Buffer[];
  status: number;
}

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
  readonly #streams = new Map<number, Stream>();
  readonly #decode = createHeaderCache();
  readonly #greeted = Promise.withResolvers<void>();
  readonly #events: ConnectionEvents;
  #nextStream = 1;
  #maxStreams = DEFAULT_MAX_STREAMS;
  #maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
  #streamWindow = INITIAL_WINDOW_BYTES;
  #sendWindow = INITIAL_WINDOW_BYTES;
  #receivedBytes = 0;
  #rest: Buffer | undefined;
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
    return this.#streams.size;
  }

  refusal(messageBytes: number): Refusal | undefined {
    if (this.#closed || this.#nextStream >= MAX_STREAM_ID) return "closed";
    if (this.#streams.size >= this.#maxStreams) return "slot";
    const full = GRPC_PREFIX_BYTES + messageBytes > this.#sendWindow;
    return full || this.#socket.writableLength > MAX_UNSENT_BYTES ? "flow" : undefined;
  }

  send(method: Method, call: Pick<Call, "message" | "parts">, done: Done): number {
    const dataBytes = (method.framed ? 0 : GRPC_PREFIX_BYTES) + call.message.length;
    const refusal = this.refusal(call.message.length);
    const tooLarge = dataBytes > this.#streamWindow;
    if (refusal === "closed" || tooLarge) {
      done(tooLarge ? RESOURCE_EXHAUSTED : UNAVAILABLE, undefined);
      return MAX_STREAM_ID;
    }
    if (refusal) return 0;
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#sendWindow -= dataBytes;
    const stop =
      method.stopAfter && new StreamStop(method.stopAfter, () => this.#stopStream(stream));
    this.#streams.set(stream, { done, framed: method.framed, stop, parts: [], status: -1 });
    this.#socket.write(encodeCall(method, call, stream, this.#maxFrameBytes));
    return stream;
  }

  cancel(stream: number): void {
    this.#streams.get(stream)?.stop?.over();
    if (!this.#streams.delete(stream) || this.#socket.destroyed) return;
    this.#socket.write(resetStream(stream));
    this.#events.onRoom?.();
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > bytes.length) break;
      const stream = bytes.readUInt32BE(at + 5) & MAX_STREAM_ID;
      this.#frame(
        bytes[at + 3],
        bytes[at + 4],
        stream,
        bytes.subarray(at + FRAME_HEADER_BYTES, end),
      );
      at = end;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === FRAME.data) this.#data(flags, stream, payload);
    else if (type === FRAME.headers) this.#headers(flags, stream, payload);
    else if (type === FRAME.settings) this.#settings(flags, payload);
    else if (type === FRAME.windowUpdate && stream === 0) {
      this.#sendWindow += payload.readUInt32BE(0);
      this.#events.onRoom?.();
    } else if (type === FRAME.ping && !(flags & FLAG.ack)) this.#socket.write(pingAck(payload));
    else if (type === FRAME.rstStream) this.#finish(stream, statusOfReset(payload));
    else if (type === FRAME.goaway) this.#stopSending(); // what is in flight may still be answered
  }

  #settings(flags: number, payload: Buffer): void {
    if (flags & FLAG.ack) return;
    const settings = readSettings(payload);
    this.#maxStreams = settings.get(SETTING.maxConcurrentStreams) ?? this.#maxStreams;
    this.#streamWindow = settings.get(SETTING.initialWindowSize) ?? this.#streamWindow;
    this.#maxFrameBytes = settings.get(SETTING.maxFrameSize) ?? this.#maxFrameBytes;
    this.#socket.write(SETTINGS_ACK);
    this.#greeted.resolve();
  }

  #data(flags: number, id: number, payload: Buffer): void {
    this.#receivedBytes += payload.length;
    if (this.#receivedBytes >= TOP_UP_BYTES) {
      this.#socket.write(windowUpdate(0, Math.min(this.#receivedBytes, MAX_WINDOW_BYTES)));
      this.#receivedBytes = 0;
    }
    const stream = this.#streams.get(id);
    stream?.parts.push(payload);
    stream?.stop?.received(payload);
    if (flags & FLAG.endStream) this.#finish(id, UNKNOWN);
  }

  #headers(flags: number, id: number, payload: Buffer): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    const headers = this.#decode(withoutPadding(flags, payload));
    const status = headers.get("grpc-status");
    if (status !== undefined) stream.status = Number(status);
    if (flags & FLAG.endStream) this.#finish(id, statusOf(headers, stream.status));
  }

  #finish(id: number, status: number): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    this.#streams.delete(id);
    const { parts, framed, stop } = stream;
    stop?.over();
    const body =
      parts.length === 1 ? parts[0] : parts.length === 0 ? undefined : Buffer.concat(parts);
    const message = framed ? body : body?.subarray(GRPC_PREFIX_BYTES);
    stream.done(status, status === 0 ? message : undefined);
    this.#events.onRoom?.();
  }

  #stopStream(id: number): void {
    if (!this.#streams.has(id)) return;
    this.#socket.write(resetStream(id));
    this.#finish(id, OK);
  }

  #stopSending(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.onClosed?.();
  }

  #end(error: Error): void {
    this.#stopSending();
    this.#greeted.reject(error);
    for (const id of [...this.#streams.keys()]) this.#finish(id, UNAVAILABLE);
  }
}
