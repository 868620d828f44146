import type { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { failedPrecondition } from "../../platform/grpc/errors/errors.ts";
import type { Hashes } from "../domain/hashes.ts";
import { type Job, restoring } from "../domain/job.ts";
import type { Jobs } from "../domain/jobs.ts";
import type { Runner } from "../runner/runner.ts";
import { jobOf, userId } from "./arguments.ts";
import { jobMessage } from "./job-message.ts";

interface RestoreDeps {
  readonly jobs: Jobs;
  readonly hashes: Hashes;
  readonly runner: Pick<Runner, "restore">;
}

/** Ends a job inside its window, by its id. */
export function cancelErasure(
  deps: RestoreDeps,
): Handler<(typeof ErasureServiceService)["cancelErasure"]> {
  return async (request) => ({ job: jobMessage(await restore(deps, request.jobId)) });
}

/** The same by the person. */
export function restoreUser(
  deps: RestoreDeps,
): Handler<(typeof ErasureServiceService)["restoreUser"]> {
  return async (request) => {
    const jobId = deps.hashes.jobId(userId(request.userId));
    return { job: jobMessage(await restore(deps, jobId)) };
  };
}

async function restore({ jobs, runner }: RestoreDeps, id: string): Promise<Job> {
  const { jobId } = await jobOf(jobs, id);
  const job = await jobs.change(jobId, (now) => now && restoring(now));
  if (job?.state === "cancelled") return job;
  if (job?.state !== "restoring") {
    throw failedPrecondition(`job ${jobId} is ${job?.state ?? "gone"}: deletion has begun`);
  }
  return (await runner.restore(job)) ?? job;
}
