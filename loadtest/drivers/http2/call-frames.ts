import { FLAG, FRAME, FRAME_HEADER_BYTES, headerBlock, writeFrameHeader } from "./frames.ts";

/** A method to call: its header block is made once. */
export interface Method {
  readonly block: Buffer;
}

/** gRPC's prefix of a message: a flag byte and its length. */
export const GRPC_PREFIX_BYTES = 5;

/** `path` as "/tidings.post.v1.PostService/CreatePost"; `headers` are sent with every call. */
export function rawMethod(
  authority: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Method {
  return {
    block: headerBlock([
      [":method", "POST"],
      [":scheme", "http"],
      [":path", path],
      [":authority", authority],
      ["te", "trailers"],
      ["content-type", "application/grpc"],
      ...Object.entries(headers),
    ]),
  };
}

/** A unary call as bytes: headers, and data in frames that the server takes. One buffer, one write. */
export function encodeCall(
  { block }: Method,
  message: Uint8Array,
  stream: number,
  maxFrameBytes: number,
): Buffer {
  const dataBytes = GRPC_PREFIX_BYTES + message.length;
  const dataFrames = Math.ceil(dataBytes / maxFrameBytes);
  const out = Buffer.allocUnsafe((1 + dataFrames) * FRAME_HEADER_BYTES + block.length + dataBytes);
  let at = writeFrameHeader(out, 0, block.length, FRAME.headers, FLAG.endHeaders, stream);
  out.set(block, at);
  at += block.length;

  const firstBytes = Math.min(dataBytes, maxFrameBytes);
  at = writeFrameHeader(
    out,
    at,
    firstBytes,
    FRAME.data,
    dataFrames > 1 ? 0 : FLAG.endStream,
    stream,
  );
  out[at] = 0; // not compressed
  out.writeUInt32BE(message.length, at + 1);
  at += GRPC_PREFIX_BYTES;
  let sent = firstBytes - GRPC_PREFIX_BYTES;
  out.set(dataFrames > 1 ? message.subarray(0, sent) : message, at);
  at += sent;
  while (sent < message.length) {
    const bytes = Math.min(message.length - sent, maxFrameBytes);
    const last = sent + bytes === message.length;
    at = writeFrameHeader(out, at, bytes, FRAME.data, last ? FLAG.endStream : 0, stream);
    out.set(message.subarray(sent, sent + bytes), at);
    at += bytes;
    sent += bytes;
  }
  return out;
}
