import { RateLimitQuotaServiceService } from "#envoy/service/rate_limit_quota/v3/rlqs.ts";
import { RateLimitServiceService as EnvoyRateLimitService } from "#envoy/service/ratelimit/v3/rls.ts";
import { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import type { Seated } from "./domain/seated.ts";
import { checkLimit } from "./handlers/check-limit.ts";
import { type RlsDeps, shouldRateLimit } from "./handlers/envoy/should-rate-limit.ts";
import { type RlqsDeps, streamRateLimitQuotas } from "./handlers/envoy/stream-rate-limit-quotas.ts";
import { lease } from "./handlers/lease.ts";
import { listLimits } from "./handlers/list-limits.ts";
import { releaseLeases } from "./handlers/release-leases.ts";
import { setLimits } from "./handlers/set-limits.ts";
import { startBoot } from "./handlers/start-boot.ts";
import { type WatchDeps, watchLeases } from "./handlers/watch-leases.ts";
import type { LimitChecks } from "./host/limit-checks.ts";

/** tidings.ratelimit.v1 over a coordination, and this process's own decisions. */
export function rateLimitService(
  seated: Seated,
  checks: LimitChecks,
  streams: WatchDeps,
): Implementation {
  return implement(RateLimitServiceService, {
    setLimits: setLimits(seated, checks),
    listLimits: listLimits(seated),
    checkLimit: checkLimit(checks),
    startBoot: startBoot(checks),
    lease: lease(seated),
    watchLeases: watchLeases(streams),
    releaseLeases: releaseLeases(seated),
  });
}

/** Envoy's rate limit service v3 and its quota service, on the same tree. */
export function envoyServices(rls: RlsDeps, rlqs: RlqsDeps): readonly Implementation[] {
  return [
    implement(EnvoyRateLimitService, { shouldRateLimit: shouldRateLimit(rls) }),
    implement(RateLimitQuotaServiceService, {
      streamRateLimitQuotas: streamRateLimitQuotas(rlqs),
    }),
  ];
}
