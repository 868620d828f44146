import type { RateLimitQuotaResponse_BucketAction } from "#envoy/service/rate_limit_quota/v3/rlqs.ts";
import type { RateLimitStrategy } from "#envoy/type/v3/ratelimit_strategy.ts";
import { RateLimitStrategy_BlanketRule as Rule } from "#envoy/type/v3/ratelimit_strategy.ts";
import { OPS_RATE_SECONDS } from "../../domain/amounts.ts";
import type { Lease } from "../../domain/leases/lease.ts";
import { durationOf } from "./descriptor-limits.ts";

export type BucketAction = RateLimitQuotaResponse_BucketAction;
export type BucketId = BucketAction["bucketId"];

/** Up to this a fill interval is looked for that makes the rate exact. */
const MAX_EXACT_SECONDS = 60;

/** A lease as an assignment. */
export function assignmentOf(bucketId: BucketId, lease: Lease): BucketAction {
  return {
    bucketId,
    bucketAction: {
      $case: "quotaAssignmentAction",
      value: {
        assignmentTimeToLive: durationOf(lease.lengthMs),
        rateLimitStrategy: { strategy: strategyOf(lease) },
      },
    },
  };
}

/** Nothing limits the bucket. */
export function freeAssignment(bucketId: BucketId, lengthMs: number): BucketAction {
  const value = {
    assignmentTimeToLive: durationOf(lengthMs),
    rateLimitStrategy: { strategy: { $case: "blanketRule" as const, value: Rule.ALLOW_ALL } },
  };
  return { bucketId, bucketAction: { $case: "quotaAssignmentAction", value } };
}

/** The server knows the bucket no more. */
export function abandoned(bucketId: BucketId): BucketAction {
  return { bucketId, bucketAction: { $case: "abandonAction", value: {} } };
}

function strategyOf({ granted, burst }: Lease): RateLimitStrategy["strategy"] {
  if (granted.ops === Infinity) return { $case: "blanketRule", value: Rule.ALLOW_ALL };
  if (granted.ops === 0) return { $case: "blanketRule", value: Rule.DENY_ALL };
  const { tokens, seconds } = fillOf(granted.ops);
  return {
    $case: "tokenBucket",
    value: {
      maxTokens: burst.ops,
      tokensPerFill: tokens,
      fillInterval: { seconds: BigInt(seconds), nanos: 0 },
    },
  };
}

/**
 * A rate an hour as tokens a fill, never more than it: in whole seconds, since Envoy (1.40) reads no
 * fractions of an interval. The shortest that is exact, or else the one that is nearest.
 */
export function fillOf(opsAnHour: number): { readonly tokens: number; readonly seconds: number } {
  const slowest = Math.ceil(OPS_RATE_SECONDS / opsAnHour);
  let best = { tokens: 1, seconds: slowest };
  const rateOf = (fill: typeof best) => fill.tokens / fill.seconds;
  for (let seconds = 1; seconds <= MAX_EXACT_SECONDS; seconds++) {
    const fill = { tokens: Math.floor((opsAnHour * seconds) / OPS_RATE_SECONDS), seconds };
    if (fill.tokens >= 1 && rateOf(fill) > rateOf(best)) best = fill;
  }
  return best;
}
