import { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import type { Seated } from "./domain/seated.ts";
import { checkLimit } from "./handlers/check-limit.ts";
import { lease } from "./handlers/lease.ts";
import { listLimits } from "./handlers/list-limits.ts";
import { releaseLeases } from "./handlers/release-leases.ts";
import { setLimits } from "./handlers/set-limits.ts";
import { startBoot } from "./handlers/start-boot.ts";
import type { LimitChecks } from "./host/limit-checks.ts";

/** tidings.ratelimit.v1 over a coordination, and this process's own decisions. */
export function rateLimitService(seated: Seated, checks: LimitChecks): Implementation {
  return implement(RateLimitServiceService, {
    setLimits: setLimits(seated, checks),
    listLimits: listLimits(seated),
    checkLimit: checkLimit(checks),
    startBoot: startBoot(checks),
    lease: lease(seated),
    releaseLeases: releaseLeases(seated),
  });
}
