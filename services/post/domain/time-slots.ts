import { firstPostIdAt, postTimeMs } from "../../model/ids.ts";
import { RETENTION_MS } from "../../model/limits.ts";

/**
 * A store keeps posts by time: periods of 2^33 ms (99 days) take turns in 16 places, so that an old period
 * leaves as a whole, before its place is needed again. The period of a post is the top of its id.
 */
const PERIOD_SHIFT = 55n;
/** A power of two. */
export const PLACES = 16;
/** Posts outlive the last scroll that may show them. */
export const POST_LIFE_MS = RETENTION_MS + 30 * 86_400_000;

export function periodOf(post: bigint): number {
  return Number(post >> PERIOD_SHIFT);
}

export function placeOf(period: number): number {
  return period & (PLACES - 1);
}

/** The oldest period with posts that may be shown beside this one. */
export function oldestPeriod(newest: bigint): number {
  return periodOf(firstPostIdAt(postTimeMs(newest) - POST_LIFE_MS));
}

/** No post of the period has a lower id. */
export function firstPostOf(period: number): bigint {
  return BigInt(period) << PERIOD_SHIFT;
}

/** No post of the period has a higher id. */
export function lastPostOf(period: number): bigint {
  return ((BigInt(period) + 1n) << PERIOD_SHIFT) - 1n;
}
