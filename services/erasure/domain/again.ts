import type { UserId } from "../../model/ids.ts";
import { type Job, newJob } from "./job.ts";

/** When what was restored was there, and when it is restored. */
export interface Restoring {
  readonly momentMs: number;
  readonly nowMs: number;
}

/**
 * What becomes of a job whose effects are older than itself: the mesh was restored as it was at a moment, and
 * the jobs as they are. What a job did since then is done once more; undefined: nothing need be. `person`
 * is whose job it is, if what was restored has that person: a job that is over does not say so itself.
 */
export function again(
  job: Job,
  person: UserId | undefined,
  { momentMs, nowMs }: Restoring,
): Job | undefined {
  // Each of a job's steps that shows has news, stamped when it was made.
  if (job.newsMs < momentMs) return undefined;
  switch (job.state) {
    case "waiting":
    case "erasing":
    case "blocked":
      return {
        ...job,
        state: "hiding",
        change: job.change + 1,
        runner: undefined,
        retryAtMs: undefined,
        blocked: [],
      };
    case "done": {
      const options = { nowMs, windowMs: 0, before: job, isFinal: true };
      return person && newJob(job.jobId, person, options);
    }
    case "cancelled":
      return person && { ...job, state: "restoring", change: job.change + 1, userId: person };
    default:
      // Hiding and restoring: whoever runs jobs goes on with them anyway.
      return undefined;
  }
}
