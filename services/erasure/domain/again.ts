import type { UserId } from "../../model/ids.ts";
import { type Job, newJob, type Tally } from "./job.ts";

/** When what was restored was there, and when it is restored. */
export interface Restoring {
  readonly momentMs: number;
  readonly nowMs: number;
}

/**
 * What becomes of a job whose effects are older than itself: the mesh was restored as it was at a moment, and
 * the jobs as they are. What a job did since then is done once more, and counted once; undefined: nothing need be. `person`
 * is whose job it is, if what was restored has that person: a job that is over does not say so itself.
 */
export function again(
  job: Job,
  person: UserId | undefined,
  { momentMs, nowMs }: Restoring,
): Job | undefined {
  const tables = countedBefore(job, momentMs);
  // Each of a job's steps that shows has news, stamped when it was made.
  if (job.newsMs < momentMs) return BEGUN.has(job.state) ? { ...job, tables } : undefined;
  switch (job.state) {
    case "waiting":
    case "erasing":
    case "blocked":
      return {
        ...job,
        tables,
        state: "hiding",
        change: job.change + 1,
        runner: undefined,
        retryAtMs: undefined,
        blocked: [],
      };
    case "done": {
      const options = { nowMs, windowMs: 0, before: job, isFinal: true };
      // Not found, and whoever erases them again by hand (who left nothing but orders) counts from here, too.
      if (!person) return { ...job, tables, progress: undefined };
      return { ...newJob(job.jobId, person, options), tables };
    }
    case "cancelled":
      return person && { ...job, state: "restoring", change: job.change + 1, userId: person };
    default:
      // Hiding and restoring: whoever runs jobs goes on with them anyway.
      return undefined;
  }
}

/** They go on with what is there, whenever they began. */
const BEGUN: ReadonlySet<Job["state"]> = new Set(["erasing", "blocked"]);

/**
 * What was deleted since the moment is there again, goes again, and is counted then: so only what a certificate of
 * before says stays counted. What this run deleted before the moment, and had not certified, is not: a certificate says too little
 * rather than too much.
 */
function countedBefore({ certificate }: Job, momentMs: number): Readonly<Record<string, Tally>> {
  return certificate !== undefined && certificate.doneMs < momentMs ? certificate.tables : {};
}
