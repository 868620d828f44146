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
  /** From now on nobody sees these, whatever runs; the numbers are those of the changes that hide them. */
  hide(people: ReadonlyMap<UserId, number>): Promise<void>;
}

/** What the erasure service will do when it starts. */
export interface Redone {
  /** Jobs that it does once more, as what they did has been undone. */
  readonly again: number;
  /** People who were hidden when the newest backup was taken, and whom RestoreUser can bring back until they are due. */
  readonly waiting: number;
  /** When the first of them is deleted, ms since the Unix epoch. */
  readonly firstDueMs: number;
}

export const NOTHING_REDONE: Redone = { again: 0, waiting: 0, firstDueMs: Infinity };

/**
 * Sets those jobs to be done once more that hid, erased or brought back somebody since the moment of what
 * was restored, and hides again who is to go. A job that is over says whose it was only to who knows, so then everybody who
 * was restored is tried.
 */
export async function redoErasures(
  restored: RestoredPeople,
  momentMs: number,
  nowMs: number,
): Promise<Redone> {
  const { store } = restored;
  const waiting = new Waiting();
  const since = new Map<string, Job>();
  for await (const job of restored.jobs) {
    const isChanged = job.newsMs >= momentMs || BEGUN.has(job.state);
    if (isChanged) since.set(job.jobId, job);
    else waiting.see(job);
  }
  const persons = await personsOf(since, restored);
  const hidden = new Map<UserId, number>();
  let count = 0;
  for (const [jobId, job] of since) {
    const redone = again(job, persons.get(jobId), { momentMs, nowMs }) ?? job;
    if (redone.change !== job.change) count++;
    if (redone !== job) await store.change(jobId, () => redone);
    if (redone.state === "hiding" && redone.userId) hidden.set(redone.userId, redone.change);
    waiting.see(redone);
  }
  if (hidden.size > 0) await restored.hide(hidden);
  return { again: count, waiting: waiting.count, firstDueMs: waiting.firstDueMs };
}

/** What they deleted since the moment is there again, though they said nothing since. */
const BEGUN: ReadonlySet<Job["state"]> = new Set(["erasing", "blocked"]);

/** Whose the jobs are that are over, if they were restored. */
async function personsOf(
  jobs: ReadonlyMap<string, Job>,
  { store, people }: RestoredPeople,
): Promise<ReadonlyMap<string, UserId>> {
  const persons = new Map<string, UserId>();
  if (![...jobs.values()].some(({ state }) => OVER.has(state))) return persons;
  const hashes = new Hashes(await store.secret());
  for await (const person of people()) {
    const jobId = hashes.jobId(person);
    if (jobs.has(jobId)) persons.set(jobId, person);
  }
  return persons;
}

/** Those who are hidden, or about to be, in a window; who was erased before has none. */
class Waiting {
  count = 0;
  firstDueMs = Number.POSITIVE_INFINITY;

  see({ state, isFinal, eraseAtMs }: Job): void {
    if (isFinal || (state !== "waiting" && state !== "hiding")) return;
    this.count++;
    this.firstDueMs = Math.min(this.firstDueMs, eraseAtMs);
  }
}
