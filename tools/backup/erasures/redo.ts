import { again } from "../../../services/erasure/domain/again.ts";
import { Hashes } from "../../../services/erasure/domain/hashes.ts";
import { type Job, OVER } from "../../../services/erasure/domain/job.ts";
import type { JobStore } from "../../../services/erasure/ports.ts";
import type { UserId } from "../../../services/model/ids.ts";

/** What was restored, as far as erasures are concerned. */
export interface RestoredPeople {
  /** All jobs, of the newest backup there is. */
  readonly jobs: AsyncIterable<Job>;
  readonly store: Pick<JobStore, "change" | "secret">;
  /** Everybody of whom something was restored; some more than once. */
  people(): AsyncIterable<UserId>;
}

/**
 * Sets those jobs to be done once more that hid, erased or brought back somebody since the moment of what
 * was restored; gives how many. A job that is over says whose it was only to who knows, so then everybody who
 * was restored is tried.
 */
export async function redoErasures(
  { jobs, store, people }: RestoredPeople,
  momentMs: number,
  nowMs: number,
): Promise<number> {
  const since = new Map<string, Job>();
  for await (const job of jobs) if (job.newsMs >= momentMs) since.set(job.jobId, job);
  if (since.size === 0) return 0;
  const persons = new Map<string, UserId>();
  if ([...since.values()].some(({ state }) => OVER.has(state))) {
    const hashes = new Hashes(await store.secret());
    for await (const person of people()) {
      const jobId = hashes.jobId(person);
      if (since.has(jobId)) persons.set(jobId, person);
    }
  }
  let count = 0;
  for (const [jobId, job] of since) {
    const redone = again(job, persons.get(jobId), { momentMs, nowMs });
    if (!redone) continue;
    await store.change(jobId, () => redone);
    count++;
  }
  return count;
}
