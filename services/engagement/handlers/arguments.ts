import {
  isId,
  MAX_ID,
  type PostId,
  trustedPostId,
  trustedUserId,
  type UserId,
} from "../../model/ids.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { CommentId } from "../ports.ts";

/** Each store has cursors of its own; all look like this. */
export const STORE_CURSOR = /^[0-9a-z.]{1,80}$/;

/** The checks of all handlers: each gives the value in the domain's type, or INVALID_ARGUMENT. */

export function userId(field: string, value: bigint): UserId {
  if (!isId(value)) throw invalidArgument(field, `is ${value}`, "a person's id is 1 to 2^63-1");
  return trustedUserId(value);
}

export function postId(field: string, value: bigint): PostId {
  if (!isId(value)) throw invalidArgument(field, `is ${value}`, "a post's id is 1 to 2^63-1");
  return trustedPostId(value);
}

export function commentId(field: string, value: bigint): CommentId {
  if (!isId(value)) throw invalidArgument(field, `is ${value}`, "a comment's id is 1 to 2^63-1");
  return trustedPostId(value);
}

/** An id, or 0 for none. */
export function idOrNone(field: string, value: bigint): bigint {
  if (value >= 0n && value <= MAX_ID) return value;
  throw invalidArgument(field, `is ${value}`, "send an id from 1 to 2^63-1, or 0 for none");
}

export function postIds(field: string, values: readonly bigint[], max: number): PostId[] {
  if (values.length > max) {
    throw invalidArgument(field, `has ${values.length} items`, `send at most ${max}`);
  }
  return values.map((value, i) => postId(`${field}[${i}]`, value));
}

/** 1 to `max`; 0 means `fallback`. */
export function limit(field: string, value: number, fallback: number, max: number): number {
  if (value >= 0 && value <= max) return value === 0 ? fallback : value;
  throw invalidArgument(field, `is ${value}`, `send 1 to ${max}, or 0 for ${fallback}`);
}
