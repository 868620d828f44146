import type { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { notFound } from "../../platform/grpc/errors/errors.ts";
import type { LimitChecks } from "../host/limit-checks.ts";
import { amountOf } from "../wire/amounts.ts";
import { bootName, nodePath } from "./arguments.ts";

/** Gives a VM its one-time burst, once for each boot. */
export function startBoot(
  checks: LimitChecks,
): Handler<(typeof RateLimitServiceService)["startBoot"]> {
  return async (request) => {
    const path = nodePath("path", request.path);
    const boot = await checks.boot(path, bootName(request.bootId));
    if (!boot) throw notFound("limit", path);
    return { boot: amountOf(boot) };
  };
}
