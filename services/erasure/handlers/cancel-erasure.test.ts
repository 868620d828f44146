import { expect, it } from "vitest";
import { JobState } from "#gen/erasure/v1/erasure.ts";
import { userIdOf } from "../../model/ids.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { type Job, newJob } from "../domain/job.ts";
import type { Jobs } from "../domain/jobs.ts";
import { cancelErasure } from "./cancel-erasure.ts";

const JOB_ID = "0".repeat(32);

it("answers as under way what takes longer than the call may, though the database answers nothing more", async () => {
  const clock = new ManualClock();
  const times = { nowMs: clock.nowMs(), windowMs: 1_000 };
  let job: Job = newJob(JOB_ID, userIdOf(7n), times);
  let isSilent = false;
  const jobs: Pick<Jobs, "get" | "change"> = {
    get: async () => (isSilent ? new Promise(() => {}) : job),
    change: async (_, change) => {
      job = change(job) ?? job;
      isSilent = true;
      return job;
    },
  };
  const handler = cancelErasure({
    jobs,
    runner: { step: () => new Promise(() => {}) },
    clock,
  });
  const call = { deadlineMs: clock.nowMs() + 2_000, signal: new AbortController().signal };
  const answer = handler({ jobId: JOB_ID }, call as Call);
  while (clock.sleeperCount === 0) await new Promise(setImmediate);
  await clock.advance(1_500);
  expect((await answer).job?.state).toBe(JobState.RESTORING);
});
