/** A token bucket: so many posts at once, and then so many a minute. */
export interface Quota {
  readonly perMinute: number;
  readonly burst: number;
}

/** What is left of a quota, at a time. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export type QuotaDecision =
  | { readonly kind: "allowed"; readonly bucket: Bucket }
  | { readonly kind: "refused"; readonly retryAfterMs: number };

const MINUTE_MS = 60_000;

/** Takes one token. `bucket` is undefined for who was not seen lately: it is full then. */
export function takeToken(quota: Quota, bucket: Bucket | undefined, nowMs: number): QuotaDecision {
  const elapsedMs = bucket ? Math.max(0, nowMs - bucket.atMs) : 0;
  const refilled = bucket ? bucket.tokens + (elapsedMs * quota.perMinute) / MINUTE_MS : quota.burst;
  const tokens = Math.min(quota.burst, refilled);
  if (tokens >= 1) return { kind: "allowed", bucket: { tokens: tokens - 1, atMs: nowMs } };
  return { kind: "refused", retryAfterMs: Math.ceil(((1 - tokens) * MINUTE_MS) / quota.perMinute) };
}
