import type { Call, Headers, Target } from "../driver.ts";
import { FLAG, FRAME, FRAME_HEADER_BYTES, frame, headerBlock, writeFrameHeader } from "./frames.ts";

/** A method to call: its header block is made once. */
export interface Method {
  readonly block: Buffer;
  /** Its messages come with gRPC's prefixes. */
  readonly framed: boolean;
  readonly stopAfter: Target["stopAfter"];
}

/** gRPC's prefix of a message: a flag byte and its length. */
export const GRPC_PREFIX_BYTES = 5;

export interface MethodOptions {
  readonly headers?: Headers | undefined;
  readonly scheme?: "http" | "https" | undefined;
  readonly framed?: boolean | undefined;
  readonly stopAfter?: Target["stopAfter"];
}

/** `path` as "/tidings.post.v1.PostService/CreatePost"; `headers` are sent with every call. */
export function rawMethod(
  authority: string,
  path: string,
  { headers = {}, scheme = "http", framed = false, stopAfter }: MethodOptions = {},
): Method {
  return {
    framed,
    stopAfter,
    block: headerBlock([
      [":method", "POST"],
      [":scheme", scheme],
      [":path", path],
      [":authority", authority],
      ["te", "trailers"],
      ["content-type", "application/grpc"],
      ...fieldsOf(headers),
    ]),
  };
}

/** Names are lower case in HTTP/2 (RFC 9113, 8.2.1). */
function fieldsOf(headers: Headers): readonly (readonly [string, string])[] {
  return Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
}

/** A call as bytes: headers, and data in frames that the server takes. One buffer, one write. */
export function encodeCall(
  method: Method,
  call: Pick<Call, "message" | "parts">,
  stream: number,
  maxFrameBytes: number,
): Buffer {
  const block = blockOf(method, call);
  const body = bodyOf(method, call);
  const headBytes = FRAME_HEADER_BYTES + block.length;
  const out = Buffer.allocUnsafe(headBytes + dataFrameBytes(body, maxFrameBytes));
  out.set(block, writeFrameHeader(out, 0, block.length, FRAME.headers, FLAG.endHeaders, stream));
  writeDataFrames(out, headBytes, body, { stream, maxFrameBytes, isLast: true });
  return out;
}

/** Its headers alone, for data to come. */
export function encodeHead(method: Method, call: Pick<Call, "parts">, stream: number): Buffer {
  return frame(FRAME.headers, FLAG.endHeaders, stream, blockOf(method, call));
}

function blockOf({ block }: Method, { parts }: Pick<Call, "parts">): Buffer {
  return parts?.headers ? Buffer.concat([block, headerBlock(fieldsOf(parts.headers))]) : block;
}

/** What its data frames carry. */
export function bodyOf({ framed }: Method, { message }: Pick<Call, "message">): Uint8Array {
  return framed ? message : prefixed(message);
}

/** A message as a stream carries it: not compressed, its length before it. */
export function prefixed(message: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(GRPC_PREFIX_BYTES + message.length);
  out[0] = 0;
  out.writeUInt32BE(message.length, 1);
  out.set(message, GRPC_PREFIX_BYTES);
  return out;
}

export interface DataPlan {
  readonly stream: number;
  readonly maxFrameBytes: number;
  /** Nothing comes after it on the stream. */
  readonly isLast: boolean;
}

/** Data as frames: at least one, though it is empty. */
export function encodeData(body: Uint8Array, plan: DataPlan): Buffer {
  const out = Buffer.allocUnsafe(dataFrameBytes(body, plan.maxFrameBytes));
  writeDataFrames(out, 0, body, plan);
  return out;
}

function dataFrameBytes({ length }: Uint8Array, maxFrameBytes: number): number {
  return length + FRAME_HEADER_BYTES * Math.max(1, Math.ceil(length / maxFrameBytes));
}

function writeDataFrames(
  out: Buffer,
  from: number,
  body: Uint8Array,
  { stream, maxFrameBytes, isLast }: DataPlan,
): void {
  let at = from;
  let sent = 0;
  do {
    const bytes = Math.min(body.length - sent, maxFrameBytes);
    const flags = isLast && sent + bytes === body.length ? FLAG.endStream : 0;
    at = writeFrameHeader(out, at, bytes, FRAME.data, flags, stream);
    out.set(body.subarray(sent, sent + bytes), at);
    at += bytes;
    sent += bytes;
  } while (sent < body.length);
}
