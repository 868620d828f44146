import type { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import { createErasure } from "../../../erasure/erase.ts";
import type { UserId } from "../../model/ids.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { Hashes } from "../domain/hashes.ts";
import type { Jobs } from "../domain/jobs.ts";
import { meshStore } from "../domain/mesh-store.ts";
import { asked } from "../domain/steps.ts";
import type { Holdings } from "../ports.ts";
import type { Runner } from "../runner/runner.ts";
import { userId } from "./arguments.ts";
import { jobMessage } from "./job-message.ts";

interface EraseUserDeps {
  readonly jobs: Jobs;
  readonly hashes: Hashes;
  readonly runner: Pick<Runner, "step" | "wake">;
  readonly clock: Clock;
  readonly windowMs: number;
  readonly holdings: Holdings;
}

/** A person who was erased may have come back; but most who ask again only did not hear the answer. */
async function isAnythingLeft(user: UserId, holdings: Holdings): Promise<boolean> {
  const erasure = createErasure(meshStore(user, holdings, { timeline: "unasked" }));
  const { found } = await erasure.dryRun("users", user);
  return found > 1;
}

/** Makes a job, or finds the one under way, or done with nothing left; answers when the person is hidden. */
export function eraseUser(
  deps: EraseUserDeps,
): Handler<(typeof ErasureServiceService)["eraseUser"]> {
  const { jobs, hashes, runner, clock, windowMs, holdings } = deps;
  return async (request) => {
    const user = userId(request.userId);
    const jobId = hashes.jobId(user);
    const asking = { jobId, userId: user, nowMs: clock.nowMs(), windowMs };
    const over = await jobs.get(jobId);
    if (over?.state === "done" && !(await isAnythingLeft(user, holdings))) {
      return { job: jobMessage(over) };
    }
    let job = await jobs.change(jobId, (known) => asked(known, asking));
    if (job?.state === "hiding") job = await runner.step(job);
    runner.wake();
    return { job: job && jobMessage(job) };
  };
}
