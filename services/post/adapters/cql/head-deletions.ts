import type { HeadDeletions } from "../../ports.ts";

const BYTES = 8;

/** As they are stored beside a head: u64 `since`, then the ids, big-endian. */
export function encodeHeadDeletions({ since, posts }: HeadDeletions): Buffer {
  const bytes = Buffer.allocUnsafe(BYTES * (1 + posts.length));
  bytes.writeBigUInt64BE(BigInt(since), 0);
  posts.forEach((post, i) => {
    bytes.writeBigUInt64BE(post, BYTES * (1 + i));
  });
  return bytes;
}

/** Undefined: a version before wrote this head, and its deletions are in the rows only. */
export function decodeHeadDeletions(bytes: Buffer | null): HeadDeletions | undefined {
  if (!bytes || bytes.length < BYTES) return undefined;
  const posts = Array.from({ length: bytes.length / BYTES - 1 }, (_, i) =>
    bytes.readBigUInt64BE(BYTES * (1 + i)),
  );
  return { since: Number(bytes.readBigUInt64BE(0)), posts };
}
