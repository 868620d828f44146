import { BinaryReader } from "@bufbuild/protobuf/wire";
import { WireError } from "./id-pairs.ts";

/** Protobuf wire types, as far as the hot schemas use them. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;

/** The tag of a field: its number and its wire type. */
export function tagOf(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

/**
 * Runs `decode` over a whole message. Whatever the reader throws about ill-formed data becomes a
 * WireError that names `message`.
 */
export function decodeMessage(
  message: string,
  bytes: Uint8Array,
  decode: (reader: BinaryReader) => void,
): void {
  const reader = new BinaryReader(bytes);
  try {
    decode(reader);
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError(message, (error as Error).message);
  }
  if (reader.pos > reader.len) throw new WireError(message, "cut off");
}

/** Reads the length of a nested message and gives the position of its end. */
export function endOfNested(reader: BinaryReader, outerEnd: number): number {
  const length = reader.uint32();
  return checkedEnd(reader.pos + length, outerEnd);
}

/** Throws when a field ran beyond the message that holds it. */
export function checkedEnd(end: number, outerEnd: number): number {
  if (end > outerEnd) throw new RangeError("cut off");
  return end;
}

/** Passes over a field that this version of the schema does not have. */
export function skipField(reader: BinaryReader, tag: number): void {
  if (tag >>> 3 === 0) throw new Error("field number 0");
  reader.skip(tag & 7, tag >>> 3);
}

/** The bytes of a fixed64: a view, not a copy. */
export function fixed64Bytes(reader: BinaryReader): Uint8Array {
  return reader.skip(FIXED64);
}
