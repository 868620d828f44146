import type { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { MAX_ASKS } from "../domain/local/lease-holder.ts";
import type { Seated } from "../domain/seated.ts";
import { count, holderName, nodePath, tokens } from "./arguments.ts";

/** Takes leases back. Idempotent. */
export function releaseLeases(
  seated: Seated,
): Handler<(typeof RateLimitServiceService)["releaseLeases"]> {
  return async ({ holder, paths, left, wholePaths }) => {
    const name = holderName(holder);
    count("paths", paths.length, 1, MAX_ASKS);
    const whole = new Set(wholePaths);
    const released = paths.map((path, i) => ({
      path: nodePath(`paths[${i}]`, path),
      left: tokens(`left[${i}]`, left[i]),
      isWhole: whole.has(path),
    }));
    await seated.use((now) => now.release(name, released));
    return {};
  };
}
