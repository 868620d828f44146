import { POST_EPOCH_MS, type PostId, postTimeMs } from "../../../model/ids.ts";

const MIX = 0x9e37_79b9_7f4a_7c15n;
const WORD = (1n << 64n) - 1n;
/** Leaves 6 bits, 64 buckets: a post with six million likes has 94,000 rows a partition. */
const TOP_BITS = 58n;

/** The bucket of a person's like, or of a comment: ids that follow each other are spread. */
export function bucketOf(id: bigint): number {
  return Number(((id * MIX) & WORD) >> TOP_BITS);
}

/** Months since 2024-01, of the post. */
export function monthOf(post: PostId): number {
  return monthAt(postTimeMs(post));
}

export function monthAt(timeMs: number): number {
  const date = new Date(Math.max(timeMs, POST_EPOCH_MS));
  return (date.getUTCFullYear() - FIRST_YEAR) * MONTHS + date.getUTCMonth();
}

const FIRST_YEAR = new Date(POST_EPOCH_MS).getUTCFullYear();
const MONTHS = 12;
