import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { ErrorDetails, FieldViolation } from "./errors.ts";

/**
 * google.rpc.Status with ErrorInfo, RetryInfo and BadRequest, to and from bytes (the trailer
 * grpc-status-details-bin). Written against the wire: the messages are few, small and frozen.
 * Source: google/rpc/status.proto and google/rpc/error_details.proto.
 */
const TYPE_PREFIX = "type.googleapis.com/google.rpc.";
const ERROR_DOMAIN = "tidings";

/** The bytes of a google.rpc.Status; undefined when there is nothing to say beyond code and message. */
export function encodeDetails(
  code: number,
  message: string,
  details: ErrorDetails,
): Uint8Array | undefined {
  const anys: Uint8Array[] = [];
  if (details.reason)
    anys.push(any("ErrorInfo", encodeErrorInfo(details.reason, details.metadata)));
  if (details.retryAfterMs !== undefined) {
    anys.push(any("RetryInfo", encodeRetryInfo(details.retryAfterMs)));
  }
  if (details.violations?.length)
    anys.push(any("BadRequest", encodeBadRequest(details.violations)));
  if (anys.length === 0) return undefined;
  const writer = new BinaryWriter();
  writer.uint32(tag(1, WireType.Varint)).int32(code);
  writer.uint32(tag(2, WireType.LengthDelimited)).string(message);
  for (const bytes of anys) writer.uint32(tag(3, WireType.LengthDelimited)).bytes(bytes);
  return writer.finish();
}

/** What the bytes of a google.rpc.Status say; details of other types are passed over. */
export function decodeDetails(bytes: Uint8Array): ErrorDetails {
  let details: ErrorDetails = {};
  readFields(bytes, (field, value) => {
    if (field === 3 && value instanceof Uint8Array) details = { ...details, ...decodeAny(value) };
  });
  return details;
}

function tag(field: number, type: WireType): number {
  return (field << 3) | type;
}

/** A message of two texts: Any's head, FieldViolation, a map entry. */
function encodePair(first: string, second: string): Uint8Array {
  return new BinaryWriter()
    .uint32(tag(1, WireType.LengthDelimited))
    .string(first)
    .uint32(tag(2, WireType.LengthDelimited))
    .string(second)
    .finish();
}

function any(type: string, value: Uint8Array): Uint8Array {
  return new BinaryWriter()
    .uint32(tag(1, WireType.LengthDelimited))
    .string(TYPE_PREFIX + type)
    .uint32(tag(2, WireType.LengthDelimited))
    .bytes(value)
    .finish();
}

function encodeErrorInfo(reason: string, metadata: ErrorDetails["metadata"] = {}): Uint8Array {
  const writer = new BinaryWriter().raw(encodePair(reason, ERROR_DOMAIN));
  for (const [key, value] of Object.entries(metadata)) {
    writer.uint32(tag(3, WireType.LengthDelimited)).bytes(encodePair(key, value));
  }
  return writer.finish();
}

function encodeRetryInfo(retryAfterMs: number): Uint8Array {
  const seconds = Math.floor(retryAfterMs / 1_000);
  const nanos = Math.round((retryAfterMs - seconds * 1_000) * 1e6);
  const duration = new BinaryWriter()
    .uint32(tag(1, WireType.Varint))
    .int64(seconds)
    .uint32(tag(2, WireType.Varint))
    .int32(nanos)
    .finish();
  return new BinaryWriter().uint32(tag(1, WireType.LengthDelimited)).bytes(duration).finish();
}

function encodeBadRequest(violations: readonly FieldViolation[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { field, description } of violations) {
    writer.uint32(tag(1, WireType.LengthDelimited)).bytes(encodePair(field, description));
  }
  return writer.finish();
}

/** Calls `visit` with each varint (as number) or length-delimited field of a message. */
function readFields(
  bytes: Uint8Array,
  visit: (field: number, value: Uint8Array | number) => void,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) visit(field, reader.bytes());
    else if (type === WireType.Varint) visit(field, Number(reader.int64()));
    else reader.skip(type);
  }
}

const utf8 = new TextDecoder();

function decodePair(bytes: Uint8Array): [string, string] {
  const pair: [string, string] = ["", ""];
  readFields(bytes, (field, value) => {
    if ((field === 1 || field === 2) && value instanceof Uint8Array)
      pair[field - 1] = utf8.decode(value);
  });
  return pair;
}

const DECODERS: Readonly<Record<string, (bytes: Uint8Array) => ErrorDetails>> = {
  ErrorInfo: decodeErrorInfo,
  RetryInfo: decodeRetryInfo,
  BadRequest: decodeBadRequest,
};

function decodeAny(bytes: Uint8Array): ErrorDetails {
  let type = "";
  let content: Uint8Array = new Uint8Array();
  readFields(bytes, (field, value) => {
    if (!(value instanceof Uint8Array)) return;
    if (field === 1) type = utf8.decode(value);
    if (field === 2) content = value;
  });
  if (!type.startsWith(TYPE_PREFIX)) return {};
  return DECODERS[type.slice(TYPE_PREFIX.length)]?.(content) ?? {};
}

function decodeErrorInfo(bytes: Uint8Array): ErrorDetails {
  let reason = "";
  const metadata: Record<string, string> = {};
  readFields(bytes, (field, value) => {
    if (!(value instanceof Uint8Array)) return;
    if (field === 1) reason = utf8.decode(value);
    if (field !== 3) return;
    const [key, text] = decodePair(value);
    metadata[key] = text;
  });
  return { reason, metadata };
}

function decodeRetryInfo(bytes: Uint8Array): ErrorDetails {
  let retryAfterMs = 0;
  readFields(bytes, (field, duration) => {
    if (field !== 1 || !(duration instanceof Uint8Array)) return;
    readFields(duration, (part, value) => {
      if (typeof value !== "number") return;
      if (part === 1) retryAfterMs += value * 1_000;
      if (part === 2) retryAfterMs += value / 1e6;
    });
  });
  return { retryAfterMs };
}

function decodeBadRequest(bytes: Uint8Array): ErrorDetails {
  const violations: FieldViolation[] = [];
  readFields(bytes, (field, value) => {
    if (field !== 1 || !(value instanceof Uint8Array)) return;
    const [name, description] = decodePair(value);
    violations.push({ field: name, description });
  });
  return { violations };
}
