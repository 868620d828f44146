import type { CheckLimitResponse, RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { notFound } from "../../platform/grpc/errors/errors.ts";
import type { LimitChecks } from "../host/limit-checks.ts";
import { amountOf } from "../wire/amounts.ts";
import { cost, nodePath } from "./arguments.ts";

/** Decides here and now, by this process's own leases. */
export function checkLimit(
  checks: LimitChecks,
): Handler<(typeof RateLimitServiceService)["checkLimit"]> {
  return async (request): Promise<CheckLimitResponse> => {
    const path = nodePath("path", request.path);
    const { ops, bytes } = cost(request.ops, request.bytes);
    const taken = await checks.take(path, ops, bytes);
    if (taken.kind === "unlimited") throw notFound("limit", path);
    const isRefused = taken.kind === "refused";
    const never = isRefused && taken.retryAfterMs === Infinity;
    const available = checks.available(path);
    return {
      allowed: !isRefused,
      retryAfterMs: isRefused && !never ? BigInt(taken.retryAfterMs) : 0n,
      refusedBy: isRefused ? taken.refusedBy : "",
      never,
      remaining: available && amountOf(available),
    };
  };
}
