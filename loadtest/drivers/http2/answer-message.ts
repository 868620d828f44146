import { GRPC_PREFIX_BYTES } from "./call-frames.ts";

/** What a good answer brings: of a stream its messages with their prefixes. */
interface Brought {
  /** Messages that are whole, and not compressed, for nobody asked for that; of a unary call exactly one. */
  readonly isWhole: boolean;
  readonly message: Buffer | undefined;
}

/** Of a call that ended with OK: other clients tell one that brought something else as INTERNAL. */
export function brought(
  parts: readonly Buffer[],
  { framed, isStream }: { readonly framed: boolean; readonly isStream: boolean },
): Brought {
  const body =
    parts.length === 1 ? parts[0] : parts.length === 0 ? undefined : Buffer.concat(parts);
  const isWhole = isStream
    ? body === undefined || areWhole(body)
    : body !== undefined && endOfMessage(body, 0) === body.length;
  return { isWhole, message: framed ? body : body?.subarray(GRPC_PREFIX_BYTES) };
}

function areWhole(body: Buffer): boolean {
  let at = 0;
  while (at < body.length) {
    const end = endOfMessage(body, at);
    if (end === undefined || end > body.length) return false;
    at = end;
  }
  return true;
}

/** Where the message that begins here should end; undefined: it is compressed, or has no whole prefix. */
function endOfMessage(body: Buffer, at: number): number | undefined {
  if (body.length < at + GRPC_PREFIX_BYTES || body[at] !== 0) return undefined;
  return at + GRPC_PREFIX_BYTES + body.readUInt32BE(at + 1);
}
