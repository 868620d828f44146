import * as wire from "#gen/erasure/v1/erasure.ts";
import type { Certificate, Job, JobProgress, JobState, Tally } from "../domain/job.ts";

const STATES: Readonly<Record<JobState, wire.JobState>> = {
  hiding: wire.JobState.HIDING,
  waiting: wire.JobState.WAITING,
  erasing: wire.JobState.ERASING,
  blocked: wire.JobState.BLOCKED,
  done: wire.JobState.DONE,
  restoring: wire.JobState.RESTORING,
  cancelled: wire.JobState.CANCELLED,
};
const HASH_HEX = 32;

/** The job as callers see it: without the person. */
export function jobMessage(job: Job): wire.Job {
  const { jobId, state, requestedMs, eraseAtMs, retryAtMs, progress, certificate } = job;
  return {
    jobId,
    state: STATES[state],
    requestTimeMs: BigInt(requestedMs),
    eraseTimeMs: BigInt(eraseAtMs),
    retryTimeMs: BigInt(retryAtMs ?? 0),
    progress: progress && progressMessage(progress, job),
    blocked: job.blocked.map(({ path, reason }) => ({ path: [...path], reason })),
    certificate: certificate && certificateMessage(certificate),
  };
}

export function certificateMessage(certificate: Certificate): wire.Certificate {
  const { subjectHash, doneMs, tables, signature } = certificate;
  return { subjectHash, doneTimeMs: BigInt(doneMs), tables: tableCounts(tables), signature };
}

function tableCounts(tables: Readonly<Record<string, Tally>>): wire.TableCount[] {
  return Object.entries(tables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([table, { count, hash }]) => ({
      table,
      deletedCount: BigInt(count),
      itemsHash: hash.toString(16).padStart(HASH_HEX, "0"),
    }));
}

function deletedIn({ tables }: Job): number {
  return Object.values(tables).reduce((sum, { count }) => sum + count, 0);
}

function progressMessage(progress: JobProgress, job: Job): wire.Progress {
  const { found, left, level, levels, scan, rate } = progress;
  // Whoever is blocked, or done, deletes nothing.
  const seconds = job.state === "erasing" && rate > 0 ? left / rate : 0;
  return {
    foundCount: BigInt(found),
    deletedCount: BigInt(deletedIn(job)),
    level,
    levelCount: levels,
    scan,
    deletedPerSecond: rate,
    timeLeftMs: BigInt(Math.round(seconds * 1_000)),
  };
}
