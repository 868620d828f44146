import type { Call, Headers, Target } from "../driver.ts";
import { FLAG, FRAME, FRAME_HEADER_BYTES, headerBlock, writeFrameHeader } from "./frames.ts";

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
  const own = call.parts?.headers;
  const block = own ? Buffer.concat([method.block, headerBlock(fieldsOf(own))]) : method.block;
  const body = method.framed ? call.message : prefixed(call.message);
  return encodeRequest(block, body, stream, maxFrameBytes);
}

/** A message as a stream carries it: not compressed, its length before it. */
export function prefixed(message: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(GRPC_PREFIX_BYTES + message.length);
  out[0] = 0;
  out.writeUInt32BE(message.length, 1);
  out.set(message, GRPC_PREFIX_BYTES);
  return out;
}

function encodeRequest(
  block: Buffer,
  body: Uint8Array,
  stream: number,
  maxFrameBytes: number,
): Buffer {
  const dataBytes = body.length;
  const dataFrames = Math.max(1, Math.ceil(dataBytes / maxFrameBytes));
  const out = Buffer.allocUnsafe((1 + dataFrames) * FRAME_HEADER_BYTES + block.length + dataBytes);
  let at = writeFrameHeader(out, 0, block.length, FRAME.headers, FLAG.endHeaders, stream);
  out.set(block, at);
  at += block.length;

  let sent = 0;
  do {
    const bytes = Math.min(dataBytes - sent, maxFrameBytes);
    const last = sent + bytes === dataBytes;
    at = writeFrameHeader(out, at, bytes, FRAME.data, last ? FLAG.endStream : 0, stream);
    out.set(body.subarray(sent, sent + bytes), at);
    at += bytes;
    sent += bytes;
  } while (sent < dataBytes);
  return out;
}
