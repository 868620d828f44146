import { createErasure } from "../../../erasure/erase.ts";
import type { Progress } from "../../../erasure/options.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { newMessageId } from "../../platform/messaging/message-id.ts";
import type { Hashes } from "../domain/hashes.ts";
import { asRunner, type BlockedItem, blocked, done, type Job, withPerson } from "../domain/job.ts";
import type { Jobs } from "../domain/jobs.ts";
import { meshStore } from "../domain/mesh-store.ts";
import { HoldingFailed, type Holdings } from "../ports.ts";
import type { Pacing } from "./pacing.ts";
import { RateMeter } from "./rate-meter.ts";
import { RunRecord } from "./run-record.ts";
import { sayEverywhere } from "./say-everywhere.ts";

export interface RunDeps {
  readonly jobs: Jobs;
  readonly holdings: Holdings;
  readonly hashes: Hashes;
  readonly pacing: Pacing;
  readonly workers: number;
  readonly clock: Clock;
  /** Names this process among all that may run jobs. */
  readonly runnerId: string;
  readonly leaseMs: number;
  onDeleted(table: string, count: number): void;
}

const RENEWALS_PER_LEASE = 3;
const MAX_BLOCKED_KEPT = 100;

/** Erases the person of a job that this process has claimed, and says in the job how it ended. */
export async function runJob(deps: RunDeps, job: Job, signal: AbortSignal): Promise<void> {
  const { jobs, clock, runnerId, leaseMs, hashes } = deps;
  const { jobId, userId } = job;
  if (userId === undefined) return;
  const lost = new AbortController();
  const ending = AbortSignal.any([signal, lost.signal]);
  const nowMs = () => clock.nowMs();
  const onLost = () => lost.abort(new Error("another process runs this job"));
  const record = new RunRecord({ jobs, jobId, runnerId, leaseMs, nowMs, onLost }, hashes);
  const meter = new RateMeter();
  const renewing = renew(record, deps, ending);
  try {
    const outcome = await erase(deps, { job, userId, record, meter, ending });
    if (ending.aborted) return;
    await jobs.change(jobId, (now) => {
      const own = asRunner(now, runnerId);
      if (!own) return undefined;
      if (outcome.length > 0) return blocked(own, outcome, clock.nowMs());
      const certified = {
        subjectHash: hashes.subject(userId),
        doneMs: clock.nowMs(),
        tables: withPerson(own.tables, hashes.tally("users", [userId])),
      };
      const signed = { ...certified, signature: hashes.sign(certified) };
      const progress = own.progress && { ...own.progress, rate: meter.mean, left: 0 };
      const stamp = { nowMs: clock.nowMs(), messageId: newMessageId().toString("hex") };
      return done({ ...own, progress }, signed, stamp);
    });
  } finally {
    lost.abort(new Error("the run has ended"));
    await renewing;
  }
}

interface RunState {
  readonly job: Job;
  readonly userId: NonNullable<Job["userId"]>;
  readonly record: RunRecord;
  readonly meter: RateMeter;
  readonly ending: AbortSignal;
}

/** What could not be deleted; nothing when all is gone. */
async function erase(deps: RunDeps, run: RunState): Promise<readonly BlockedItem[]> {
  const { holdings, pacing, workers, clock, onDeleted } = deps;
  const { job, userId, record, meter, ending } = run;
  const sayErased = async () => {
    if (await sayEverywhere(deps, job)) return;
    throw new Error("the job has gone on without this run");
  };
  let before = 0;
  const onProgress = (progress: Progress) => {
    const { phase, found, deleted, level, levels, scan } = progress;
    meter.note(progress, clock.monotonicMs());
    if (phase === "discovering") before = deleted;
    const left = Math.max(0, found - (deleted - before));
    record.progress({ found, left, level, levels, scan, rate: meter.lately });
  };
  const erasure = createErasure(meshStore(userId, holdings, { sayErased }), {
    workers,
    batchItems: pacing.batchItems,
    pace: pacing.pace,
    signal: ending,
    sleep: (ms) => clock.delay(ms, ending),
    onProgress,
    onDeleted: async (table, ids) => {
      onDeleted(table, ids.length);
      // Whether there was such a person is known when all else is gone.
      if (table !== "users") await record.deleted(table, ids);
    },
  });
  try {
    const { status, blocked: items } = await erasure.deleteAllItems("users", userId);
    if (status === "done") return [];
    const kept = items.slice(0, MAX_BLOCKED_KEPT);
    const told = kept.map(({ path, reason }) => ({
      path: path.map(({ table, id }) => `${table} ${id}`),
      reason,
    }));
    return told.length > 0 ? told : [{ path: [], reason: "more is written than can be deleted" }];
  } catch (error) {
    // A service that does not answer leaves the walk unfinished: nothing is certain, so nothing is done.
    const path = error instanceof HoldingFailed ? [`users ${userId}`, error.table] : [];
    return [{ path, reason: (error as Error).message }];
  }
}

async function renew(record: RunRecord, { clock, leaseMs }: RunDeps, ending: AbortSignal) {
  while (!ending.aborted) {
    await clock.delay(leaseMs / RENEWALS_PER_LEASE, ending).catch(() => {});
    // A store that does not answer now is asked again; the claim ends by itself.
    if (!ending.aborted) await record.write().catch(() => {});
  }
}
