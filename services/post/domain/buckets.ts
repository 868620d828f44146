import { type PostId, trustedPostId } from "../../model/ids.ts";

/**
 * An author's posts are cut by time into buckets of 2^29 ms (6.2 days), so that a partition stays under
 * 100,000 rows up to 11 posts a minute, day and night. The bucket of a post is the top of its id.
 */
const BUCKET_SHIFT = 51n;

export function bucketOf(post: bigint): number {
  return Number(post >> BUCKET_SHIFT);
}

/** No post of the bucket has a higher id. */
export function lastPostIn(bucket: number): PostId {
  return trustedPostId(((BigInt(bucket) + 1n) << BUCKET_SHIFT) - 1n);
}

/** The buckets from `since` to `before` (exclusive), newest first; undefined when over `most`. */
export function bucketsBetween(since: PostId, before: PostId, most: number): number[] | undefined {
  const newest = bucketOf(before - 1n);
  const oldest = bucketOf(since);
  if (newest - oldest + 1 > most) return undefined;
  return Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, index) => newest - index);
}
