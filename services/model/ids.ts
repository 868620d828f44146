/**
 * The ids that every service speaks of. A post id holds its time: 41 bits of ms, 10 node, 12 sequence.
 * This is the one place that makes a UserId or a PostId of a number: by a check, or unchecked, said so.
 */

export type UserId = bigint & { readonly __brand: "UserId" };
export type PostId = bigint & { readonly __brand: "PostId" };

/** 2024-01-01T00:00:00Z, ms since the Unix epoch: the zero of a post id's time. */
export const POST_EPOCH_MS = 1_704_067_200_000;
export const NODE_BITS = 10n;
export const SEQUENCE_BITS = 12n;
export const MAX_ID = (1n << 63n) - 1n;
const TIME_SHIFT = NODE_BITS + SEQUENCE_BITS;

/** The id with these parts. `timeMs` is Unix time; `node` 0 to 1023; `sequence` 0 to 4095. */
export function makePostId(timeMs: number, node: number, sequence: number): PostId {
  const time = BigInt(timeMs - POST_EPOCH_MS);
  return ((time << TIME_SHIFT) | (BigInt(node) << SEQUENCE_BITS) | BigInt(sequence)) as PostId;
}

/** When the post was stamped, ms since the Unix epoch. */
export function postTimeMs(id: bigint): number {
  return Number(id >> TIME_SHIFT) + POST_EPOCH_MS;
}

/** The smallest id that a post stamped at `timeMs` (Unix ms) or later can have; 0 before the epoch. */
export function firstPostIdAt(timeMs: number): PostId {
  const time = Math.max(0, Math.floor(timeMs) - POST_EPOCH_MS);
  return (BigInt(time) << TIME_SHIFT) as PostId;
}

/** An id is a whole number from 1 to 2^63-1. */
export function isId(value: bigint): boolean {
  return value >= 1n && value <= MAX_ID;
}

export function isUserId(value: bigint): value is UserId {
  return isId(value);
}

export function isPostId(value: bigint): value is PostId {
  return isId(value);
}

/** A bound of a range of post ids is an id, or 0, which is below all. */
export function isPostIdBound(value: bigint): value is PostId {
  return value >= 0n && value <= MAX_ID;
}

/** Throws RangeError when no person can have this number. */
export function userIdOf(value: bigint | number): UserId {
  const id = BigInt(value);
  if (isUserId(id)) return id;
  throw new RangeError(`${value} is no person's id, which is 1 to 2^63-1`);
}

/** Throws RangeError when no post can have this number, and no bound of posts. */
export function postIdOf(value: bigint | number): PostId {
  const id = BigInt(value);
  if (isPostIdBound(id)) return id;
  throw new RangeError(`${value} is no post's id, which is 1 to 2^63-1, nor 0 for a bound`);
}

/**
 * Unchecked: for what this mesh has checked on its way in, read back from its own stores and messages,
 * and for paths where a check a person or post would show.
 */
export function trustedUserId(value: bigint): UserId {
  return value as UserId;
}

/** Unchecked, as trustedUserId. */
export function trustedPostId(value: bigint): PostId {
  return value as PostId;
}
