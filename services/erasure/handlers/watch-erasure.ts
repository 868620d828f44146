import type { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { Jobs } from "../domain/jobs.ts";
import { jobOf } from "./arguments.ts";
import { jobMessage } from "./job-message.ts";

/** The job now and after each change, until it is over, or `closing` says that the server is. */
export function watchErasure(
  jobs: Jobs,
  closing: AbortSignal,
): Handler<(typeof ErasureServiceService)["watchErasure"]> {
  return async function* (request, call) {
    const { jobId } = await jobOf(jobs, request.jobId);
    const signal = AbortSignal.any([call.signal, closing]);
    for await (const job of jobs.watch(jobId, signal)) yield { job: jobMessage(job) };
  };
}
