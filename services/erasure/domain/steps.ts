import type { UserId } from "../../model/ids.ts";
import type { PersonState } from "../../model/person-states.ts";
import { type Job, newJob, type Stamp, telling } from "./job.ts";

/**
 * The steps of a job that show. Each is told to all services under a number of its own (Job.change), and they keep
 * to the highest that they have heard: so a step that is late, repeated, or goes on behind a crashed or slow process
 * undoes nothing, and only who still holds the number may say that it is done. What holds in every order
 * of calls, crashes and late messages (steps.model.test.ts tries them all):
 *
 * - whoever is waiting to be erased, or being erased, or erased, is hidden everywhere;
 * - whoever was restored is back everywhere, with everything;
 * - whoever is erased never comes back: what is found of them later goes at once, and can't be restored.
 */

/** Longer than services remember an erased person (45 days): whoever is there after it is somebody new. */
const ERASED_FOR_MS = 46 * 86_400_000;

export interface Asking {
  readonly jobId: string;
  readonly userId: UserId;
  readonly nowMs: number;
  readonly windowMs: number;
}

/** EraseUser; undefined: the job is under way. */
export function asked(
  known: Job | undefined,
  { jobId, userId, ...times }: Asking,
): Job | undefined {
  switch (known?.state) {
    case undefined:
    case "cancelled":
    // What is being shown again is hidden again: a window of its own begins.
    case "restoring":
      return newJob(jobId, userId, { ...times, before: known });
    case "done":
      return isErasedStill(known, times.nowMs)
        ? newJob(jobId, userId, { ...times, windowMs: 0, before: known, isFinal: true })
        : newJob(jobId, userId, { ...times, before: known });
    default:
      return undefined;
  }
}

function isErasedStill({ certificate }: Job, nowMs: number): boolean {
  return certificate !== undefined && nowMs - certificate.doneMs < ERASED_FOR_MS;
}

/** What the services are to take the person for while the job is in its state. */
export function stateToTell({ state, isFinal }: Job): PersonState {
  if (state === "restoring" || state === "cancelled") return "visible";
  return isFinal || state === "erasing" || state === "done" ? "erased" : "hidden";
}

/** All services have heard change number `heard`: the person is hidden. Undefined: that is not this job's any more. */
export function hidden(job: Job, stamp: Stamp, heard: number): Job | undefined {
  if (job.state !== "hiding" || job.change !== heard) return undefined;
  return { ...telling(job, job.isFinal ? "erased" : "hidden", stamp), state: "waiting" };
}

/** RestoreUser; undefined: it is too late, or too late to matter. */
export function restoring(job: Job): Job | undefined {
  const isOpen = job.state === "hiding" || job.state === "waiting";
  return isOpen && !job.isFinal
    ? { ...job, state: "restoring", change: job.change + 1 }
    : undefined;
}

/** All services have heard it: everything is back. */
export function restored(job: Job, stamp: Stamp, heard: number): Job | undefined {
  if (job.state !== "restoring" || job.change !== heard) return undefined;
  return { ...telling(job, "visible", stamp), state: "cancelled", userId: undefined };
}

/**
 * The services know of a change `inForce` that is higher than the job's own `told`. It is the job's, which has gone
 * on: undefined. Or jobs were lost, and those of before had counted further: then it is told again, higher.
 */
export function renumbered(job: Job, told: number, inForce: number): Job | undefined {
  return job.change === told ? { ...job, change: inForce + 1 } : undefined;
}
