import { isUserId, type UserId } from "../../model/ids.ts";
import { invalidArgument, notFound } from "../../platform/grpc/errors/errors.ts";
import type { Job } from "../domain/job.ts";
import type { Jobs } from "../domain/jobs.ts";

const JOB_ID = /^[0-9a-f]{32}$/;

export function userId(value: bigint): UserId {
  if (isUserId(value)) return value;
  throw invalidArgument("user_id", `is ${value}`, "a person's id is 1 to 2^63-1");
}

export async function jobOf(jobs: Pick<Jobs, "get">, jobId: string): Promise<Job> {
  if (!JOB_ID.test(jobId)) {
    throw invalidArgument("job_id", `is "${jobId.slice(0, 64)}"`, "send what EraseUser answered");
  }
  const job = await jobs.get(jobId);
  if (!job) throw notFound("job", jobId);
  return job;
}
