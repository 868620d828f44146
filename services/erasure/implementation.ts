import { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import type { Hashes } from "./domain/hashes.ts";
import type { Jobs } from "./domain/jobs.ts";
import { cancelErasure, restoreUser } from "./handlers/cancel-erasure.ts";
import { dryRun } from "./handlers/dry-run.ts";
import { eraseUser } from "./handlers/erase-user.ts";
import { listErasures } from "./handlers/list-erasures.ts";
import { verifyErasure } from "./handlers/verify-erasure.ts";
import { watchErasure } from "./handlers/watch-erasure.ts";
import type { Holdings } from "./ports.ts";
import type { Runner } from "./runner/runner.ts";

interface ErasureServiceDeps {
  readonly jobs: Jobs;
  readonly hashes: Hashes;
  readonly holdings: Holdings;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly windowMs: number;
  /** Ends the streams. */
  readonly closing: AbortSignal;
}

/** tidings.erasure.v1 over jobs and what the services hold. */
export function erasureService(deps: ErasureServiceDeps): Implementation {
  return implement(ErasureServiceService, {
    eraseUser: eraseUser(deps),
    watchErasure: watchErasure(deps.jobs, deps.closing),
    listErasures: listErasures(deps.jobs),
    cancelErasure: cancelErasure(deps),
    restoreUser: restoreUser(deps),
    verifyErasure: verifyErasure(deps),
    dryRun: dryRun(deps.holdings),
  });
}
