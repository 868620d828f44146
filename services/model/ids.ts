/** The ids that every service speaks of. A post id holds its time: 41 bits of ms, 10 node, 12 sequence. */

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
export function postTimeMs(id: PostId): number {
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
