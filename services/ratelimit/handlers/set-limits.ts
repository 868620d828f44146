import type { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { DomainError, invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { MAX_LIMITS } from "../domain/coordination.ts";
import { pathProblem } from "../domain/limits/path.ts";
import type { Seated } from "../domain/seated.ts";
import type { LimitChecks } from "../host/limit-checks.ts";
import { limitOf } from "../wire/limit-message.ts";
import { count } from "./arguments.ts";

const MAX_CHANGES = 100;

/** Changes limits durably; what this process decides by itself follows at once. */
export function setLimits(
  seated: Seated,
  checks: LimitChecks,
): Handler<(typeof RateLimitServiceService)["setLimits"]> {
  return async ({ limits, removedPaths, expectedRevision }) => {
    count("limits and removed_paths", limits.length + removedPaths.length, 1, MAX_CHANGES);
    const set = limits.map((limit, i) => limitOf(limit, `limits[${i}]`));
    removedPaths.forEach((path, i) => {
      const problem = pathProblem(path, true);
      if (problem !== undefined) throw invalidArgument(`removed_paths[${i}]`, problem);
    });
    const paths = [...set.map(({ path }) => path), ...removedPaths];
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    if (twice !== undefined)
      throw invalidArgument("limits", `name "${twice}" twice`, "name it once");
    const changed = await seated.use((now) => now.change(set, removedPaths, expectedRevision));
    if (changed.kind === "too-many") {
      const problem = `would be ${changed.size} in all, at most ${MAX_LIMITS}`;
      throw invalidArgument("limits", problem, 'use patterns, such as "users/*"');
    }
    if (changed.kind === "stale") {
      const message = `the limits are of revision ${changed.revision}: read them again`;
      throw new DomainError("ABORTED", message, { reason: "STALE_REVISION" });
    }
    await checks.renew();
    return { revision: changed.revision };
  };
}
