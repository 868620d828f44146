import type { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument, notFound } from "../../platform/grpc/errors/errors.ts";
import type { LimitChecks } from "../host/limit-checks.ts";
import { amountOf } from "../wire/amounts.ts";
import { nodePath } from "./arguments.ts";

const MAX_BOOT_ID_CHARACTERS = 64;

/** Gives a VM its one-time burst, once for each boot. */
export function startBoot(
  checks: LimitChecks,
): Handler<(typeof RateLimitServiceService)["startBoot"]> {
  return async (request) => {
    const path = nodePath("path", request.path);
    const { bootId } = request;
    if (bootId.length < 1 || bootId.length > MAX_BOOT_ID_CHARACTERS) {
      const remedy = `name the boot in 1 to ${MAX_BOOT_ID_CHARACTERS}`;
      throw invalidArgument("boot_id", `has ${bootId.length} characters`, remedy);
    }
    const boot = await checks.boot(path, bootId);
    if (!boot) throw notFound("limit", path);
    return { boot: amountOf(boot) };
  };
}
