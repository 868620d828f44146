import type { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { Jobs } from "../domain/jobs.ts";
import { jobMessage } from "./job-message.ts";

const MAX_JOBS = 1_000;
const DEFAULT_JOBS = 100;

/** The jobs that are not over, those first that are to be looked at first. */
export function listErasures(
  jobs: Pick<Jobs, "due">,
): Handler<(typeof ErasureServiceService)["listErasures"]> {
  return async ({ limit }) => {
    if (limit < 0 || limit > MAX_JOBS) {
      throw invalidArgument("limit", `is ${limit}`, `0 to ${MAX_JOBS}; 0 is ${DEFAULT_JOBS}`);
    }
    const count = limit || DEFAULT_JOBS;
    const open = await jobs.due(Number.MAX_SAFE_INTEGER);
    return { jobs: open.slice(0, count).map(jobMessage), hasMore: open.length > count };
  };
}
