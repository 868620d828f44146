import { randomBytes, randomUUID } from "node:crypto";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";
import { dueAtMs, isOver, type Job } from "../../domain/job.ts";
import { decodeJob, encodeJob } from "../../domain/job-codec.ts";
import type { JobStore } from "../../ports.ts";

const READ = "SELECT revision, job FROM erasure_jobs WHERE job_id = ?";
const INSERT = `INSERT INTO erasure_jobs (job_id, revision, job) VALUES (?, ?, ?) IF NOT EXISTS`;
const UPDATE = `UPDATE erasure_jobs SET revision = ?, job = ? WHERE job_id = ? IF revision = ?`;
const LIST = `INSERT INTO erasure_jobs_due (part, due_ms, job_id, listed)
  VALUES (?, ?, ?, true)`;
const UNLIST = "DELETE FROM erasure_jobs_due WHERE part = ? AND due_ms = ? AND job_id = ?";
const LIST_DUE = `SELECT due_ms, job_id, WRITETIME(listed) AS written FROM erasure_jobs_due
  WHERE part = ? AND due_ms <= ? LIMIT ?`;
const LIST_OLD = "SELECT job_id FROM erasure_jobs_open WHERE part = 0";
const FORGET_OLD = "DELETE FROM erasure_jobs_open WHERE part = 0 AND job_id = ?";
const READ_SECRET = "SELECT secret FROM erasure_secrets WHERE name = 'key'";
const MAKE_SECRET = "INSERT INTO erasure_secrets (name, secret) VALUES ('key', ?) IF NOT EXISTS";

const SECRET_BYTES = 32;
/** Far longer than a change takes: a row of one that is under way must not be taken for a left one. */
const STALE_MS = 3_600_000;
const US_PER_MS = 1_000;
const PARTS = 16;
const MAX_DUE_EACH = 250;
const READS_AT_ONCE = 32;
/** Of one change that others keep winning. */
const MAX_TRIES = 20;

/** Jobs as rows that are replaced by compare and set: any replica may change any job. */
export class CqlJobStore implements JobStore {
  readonly #cql: Cql;

  constructor(cql: Cql) {
    this.#cql = cql;
  }

  async get(jobId: string): Promise<Job | undefined> {
    return jobOf(await this.#cql.serialRead(READ, [jobId]));
  }

  async change(
    jobId: string,
    change: (job: Job | undefined) => Job | undefined,
  ): Promise<Job | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const row = await this.#cql.serialRead(READ, [jobId]);
      const job = jobOf(row);
      const changed = change(job);
      if (!changed) return job;
      // Before the job, so that none is open and in no list; a list may name one that is due later, or over.
      if (!isOver(changed)) await this.#cql.run(LIST, placeOf(changed));
      if (!(await this.#replace(jobId, row, changed))) continue;
      if (job && (isOver(changed) || dueOf(job) !== dueOf(changed))) {
        await this.#cql.run(UNLIST, placeOf(job));
      }
      return changed;
    }
    throw unavailable(`job ${jobId} is being changed by others, ${MAX_TRIES} times in a row`);
  }

  async due(nowMs: number): Promise<readonly Job[]> {
    const now = BigInt(Math.floor(nowMs));
    const parts = await Promise.all(
      Array.from({ length: PARTS }, async (_, part) =>
        (await this.#cql.run(LIST_DUE, [part, now, MAX_DUE_EACH])).map((row) => ({ part, row })),
      ),
    );
    const jobs = await inParallel(READS_AT_ONCE, parts.flat(), async ({ part, row }) => {
      const jobId = row.job_id as string;
      const dueMs = row.due_ms as bigint;
      const job = await this.get(jobId);
      if (job && !isOver(job) && dueOf(job) === dueMs) return job;
      // Of a change whose job is not written yet; or what a process left that died between the two.
      const sinceMs = Number(now) - Number(row.written) / US_PER_MS;
      if (sinceMs > STALE_MS) await this.#cql.run(UNLIST, [part, dueMs, jobId]);
      return undefined;
    });
    return jobs.filter((job) => job !== undefined);
  }

  /** Jobs of an earlier version, which listed the open ones by their ids. */
  async takeOver(): Promise<void> {
    for (const row of await this.#cql.run(LIST_OLD, [])) {
      const jobId = row.job_id as string;
      const job = await this.get(jobId);
      if (job && !isOver(job)) await this.#cql.run(LIST, placeOf(job));
      await this.#cql.run(FORGET_OLD, [jobId]);
    }
  }

  async secret(): Promise<Buffer> {
    const made = randomBytes(SECRET_BYTES);
    const result = await compareAndSet(this.#cql, {
      statement: { query: MAKE_SECRET, values: [made] },
      readBack: { query: READ_SECRET, values: [] },
      judge: ofRow(
        (row) => made.equals((row?.secret as Buffer | undefined) ?? Buffer.alloc(0)),
        (row) => row === undefined,
      ),
    });
    if (result.applied) return made;
    const row = await this.#cql.serialRead(READ_SECRET, []);
    if (!row) throw unavailable("the secret of the erasure service can't be read");
    return row.secret as Buffer;
  }

  async #replace(jobId: string, seen: CqlRow | undefined, job: Job): Promise<boolean> {
    const revision = randomUUID();
    const blob = encodeJob(job);
    const { applied } = await compareAndSet(this.#cql, {
      statement: seen
        ? { query: UPDATE, values: [revision, blob, jobId, seen.revision as string] }
        : { query: INSERT, values: [jobId, revision, blob] },
      readBack: { query: READ, values: [jobId] },
      judge: ofRow(
        (row) => row?.revision === revision,
        (row) => row?.revision === seen?.revision,
      ),
    });
    return applied;
  }
}

function dueOf(job: Job): bigint {
  return BigInt(Math.ceil(dueAtMs(job)));
}

/** Ids are hashes in hex: their first digit spreads the list over so many partitions. */
export function placeOf(job: Job): readonly [part: number, dueMs: bigint, jobId: string] {
  return [Number.parseInt(job.jobId[0], PARTS) || 0, dueOf(job), job.jobId];
}

function jobOf(row: CqlRow | undefined): Job | undefined {
  return row && decodeJob(row.job as Buffer);
}
