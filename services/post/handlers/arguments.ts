import { isUtf8 } from "node:buffer";
import { isPostId, isPostIdBound, isUserId, type PostId, type UserId } from "../../model/ids.ts";
import { unreadableLabelBytes } from "../../model/texts/readable-text.ts";
import { invalidArgument, refuseField } from "../../platform/grpc/errors/errors.ts";

/** The checks of all handlers: each gives the value in the domain's type, or INVALID_ARGUMENT. */

export function userId(field: string, value: bigint): UserId {
  if (isUserId(value)) return value;
  throw invalidArgument(field, `is ${value}`, "a person's id is 1 to 2^63-1");
}

export function postId(field: string, value: bigint): PostId {
  if (isPostId(value)) return value;
  throw invalidArgument(field, `is ${value}`, "a post's id is 1 to 2^63-1");
}

/** A bound of a range of ids; 0 means none. */
export function idBound(field: string, value: bigint): PostId {
  if (isPostIdBound(value)) return value;
  throw invalidArgument(field, `is ${value}`, "send an id from 1 to 2^63-1, or 0 for no bound");
}

/** Well-formed UTF-8 of at most `maxBytes` bytes; characters are not counted. */
export function utf8(field: string, bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length > maxBytes) {
    throw invalidArgument(field, `is ${bytes.length} bytes, at most ${maxBytes}`, "shorten it");
  }
  if (!isUtf8(bytes))
    throw invalidArgument(field, "is not well-formed UTF-8", "encode it as UTF-8");
  return bytes;
}

/** One line of UTF-8, which may be empty. */
export function label(field: string, bytes: Uint8Array, maxBytes: number): Uint8Array {
  utf8(field, bytes, maxBytes);
  refuseField(field, unreadableLabelBytes(bytes));
  return bytes;
}

/** Between 1 and `max` items. */
export function count(field: string, length: number, max: number): void {
  if (length >= 1 && length <= max) return;
  throw invalidArgument(field, `has ${length} items`, `send 1 to ${max}`);
}

/** 1 to `max`; 0 means `fallback`. */
export function limit(field: string, value: number, fallback: number, max: number): number {
  if (value >= 0 && value <= max) return value === 0 ? fallback : value;
  throw invalidArgument(field, `is ${value}`, `send 1 to ${max}, or 0 for ${fallback}`);
}

/** Degrees from -`max` to `max`. */
export function degrees(field: string, value: number, max: number): number {
  if (value >= -max && value <= max) return value;
  throw invalidArgument(field, `is ${value}`, `send degrees from -${max} to ${max}`);
}
