import { unavailable } from "../../platform/grpc/errors/errors.ts";
import type { Job } from "../domain/job.ts";
import type { Jobs } from "../domain/jobs.ts";
import { renumbered, stateToTell } from "../domain/steps.ts";
import type { Holdings } from "../ports.ts";

export interface SayDeps {
  readonly jobs: Pick<Jobs, "change">;
  readonly holdings: Pick<Holdings, (typeof HEARERS)[number]>;
}

/** Those who take something in people's names. */
const HEARERS = ["posts", "friends", "reactions", "orders", "revenues"] as const;
/** Each finds the services further than the one before: others are changing the job, and none of us gets through. */
const MAX_TRIES = 5;

/**
 * Says to all services what the person of the job is now. Resolves with the job whose change they have heard;
 * undefined: it has gone on meanwhile, and what is to be said is somebody else's.
 */
export async function sayEverywhere(
  { jobs, holdings }: SayDeps,
  job: Job,
): Promise<Job | undefined> {
  const { jobId, state, userId } = job;
  if (userId === undefined) return job;
  let now = job;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const told = now.change;
    const saying = HEARERS.map((each) => holdings[each].setState(userId, stateToTell(now), told));
    const inForce = Math.max(...(await Promise.all(saying)));
    if (inForce <= told) return now;
    const changed = await jobs.change(jobId, (known) => known && renumbered(known, told, inForce));
    if (changed === undefined || changed.state !== state || changed.change <= inForce) {
      return undefined;
    }
    now = changed;
  }
  throw unavailable(`job ${jobId} is being changed by others, ${MAX_TRIES} times in a row`);
}
