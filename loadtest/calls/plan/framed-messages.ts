import { GRPC_PREFIX_BYTES } from "../../drivers/http2/call-frames.ts";

/**
 * The messages of a stream's answer, each behind its prefix. Throws on one that is compressed; on one that is
 * cut off too, unless the stream was ended on this side.
 */
export function messagesIn(bytes: Uint8Array, isStopped = false): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const isWhole =
      at + GRPC_PREFIX_BYTES <= bytes.length &&
      at + GRPC_PREFIX_BYTES + view.getUint32(at + 1) <= bytes.length;
    if (!isWhole && isStopped) return messages;
    if (!isWhole) throw new RangeError("The stream is cut off.");
    const end = at + GRPC_PREFIX_BYTES + view.getUint32(at + 1);
    if (bytes[at] !== 0)
      throw new RangeError("A message is compressed, and nobody asked for that.");
    messages.push(bytes.subarray(at + GRPC_PREFIX_BYTES, end));
    at = end;
  }
  return messages;
}
