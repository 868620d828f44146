import { LRUCache } from "lru-cache";
import type { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument, notFound } from "../../platform/grpc/errors/errors.ts";
import type { LimitChecks } from "../host/limit-checks.ts";
import { amountOf } from "../wire/amounts.ts";
import { nodePath } from "./arguments.ts";

const MAX_BOOT_ID_CHARACTERS = 64;
/** VMs whose last boot is remembered. */
const MAX_BOOTS = 100_000;

/** Gives a VM its one-time burst, once for each boot. */
export function startBoot(
  checks: LimitChecks,
): Handler<(typeof RateLimitServiceService)["startBoot"]> {
  const boots = new LRUCache<string, string>({ max: MAX_BOOTS });
  return async (request) => {
    const path = nodePath("path", request.path);
    const { bootId } = request;
    if (bootId.length < 1 || bootId.length > MAX_BOOT_ID_CHARACTERS) {
      const remedy = `name the boot in 1 to ${MAX_BOOT_ID_CHARACTERS}`;
      throw invalidArgument("boot_id", `has ${bootId.length} characters`, remedy);
    }
    if (boots.get(path) === bootId) return { boot: { ops: 0n, bytes: 0n } };
    const boot = await checks.boot(path);
    if (!boot) throw notFound("limit of", path);
    boots.set(path, bootId);
    return { boot: amountOf(boot) };
  };
}
