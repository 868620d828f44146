import type { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Call, Handler } from "../../platform/grpc/call.ts";
import { failedPrecondition, notFound } from "../../platform/grpc/errors/errors.ts";
import type { Hashes } from "../domain/hashes.ts";
import type { Job } from "../domain/job.ts";
import type { Jobs } from "../domain/jobs.ts";
import { restoring } from "../domain/steps.ts";
import type { Runner } from "../runner/runner.ts";
import { jobOf, userId } from "./arguments.ts";
import { jobMessage } from "./job-message.ts";

interface RestoreDeps {
  readonly jobs: Pick<Jobs, "get" | "change">;
  readonly runner: Pick<Runner, "step">;
  readonly clock: Clock;
}

/** Before the caller's deadline: what takes longer is answered as under way. */
const ANSWER_BEFORE_MS = 500;

/** Ends a job inside its window, by its id. */
export function cancelErasure(
  deps: RestoreDeps,
): Handler<(typeof ErasureServiceService)["cancelErasure"]> {
  return async (request, call) => ({ job: jobMessage(await restore(deps, request.jobId, call)) });
}

/** The same by the person. */
export function restoreUser(
  deps: RestoreDeps & { readonly hashes: Hashes },
): Handler<(typeof ErasureServiceService)["restoreUser"]> {
  return async (request, call) => {
    const user = userId(request.userId);
    const jobId = deps.hashes.jobId(user);
    // Of a job that nobody has made the caller knows no id.
    if (!(await deps.jobs.get(jobId))) throw notFound("erasure of user", user);
    return { job: jobMessage(await restore(deps, jobId, call)) };
  };
}

async function restore(
  { jobs, runner, clock }: RestoreDeps,
  id: string,
  call: Pick<Call, "deadlineMs" | "signal">,
): Promise<Job> {
  const { jobId } = await jobOf(jobs, id);
  const job = await jobs.change(jobId, (now) => now && restoring(now));
  if (job?.state === "cancelled") return job;
  if (job?.state !== "restoring") {
    throw failedPrecondition(`job ${jobId} is ${job?.state ?? "gone"}: ${whyNot(job)}`);
  }
  const step = runner.step(job);
  const answered = new AbortController();
  const signal = AbortSignal.any([call.signal, answered.signal]);
  const leftMs = Math.max(0, call.deadlineMs - clock.nowMs() - ANSWER_BEFORE_MS);
  // As it was written: a database that is slow now answers no other question in time.
  const late = clock.delay(leftMs, signal).then(() => job);
  late.catch(() => {});
  try {
    return (await Promise.race([step, late])) ?? job;
  } finally {
    answered.abort();
    // It goes on, and is tried again by whoever looks for due jobs.
    step.catch(() => {});
  }
}

function whyNot(job: Job | undefined): string {
  if (job?.state === "done") return "the person is erased";
  return job?.isFinal ? "the person was erased before" : "deletion has begun";
}
