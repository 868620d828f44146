import { randomBytes, randomUUID } from "node:crypto";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";
import { isOver, type Job } from "../../domain/job.ts";
import { decodeJob, encodeJob } from "../../domain/job-codec.ts";
import type { JobStore } from "../../ports.ts";

const READ = "SELECT revision, job FROM erasure_jobs WHERE job_id = ?";
const INSERT = `INSERT INTO erasure_jobs (job_id, revision, job) VALUES (?, ?, ?) IF NOT EXISTS`;
const UPDATE = `UPDATE erasure_jobs SET revision = ?, job = ? WHERE job_id = ? IF revision = ?`;
const OPEN = "INSERT INTO erasure_jobs_open (part, job_id) VALUES (0, ?)";
const CLOSE = "DELETE FROM erasure_jobs_open WHERE part = 0 AND job_id = ?";
const LIST_OPEN = "SELECT job_id FROM erasure_jobs_open WHERE part = 0";
const READ_SECRET = "SELECT secret FROM erasure_secrets WHERE name = 'key'";
const MAKE_SECRET = "INSERT INTO erasure_secrets (name, secret) VALUES ('key', ?) IF NOT EXISTS";

const SECRET_BYTES = 32;
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
      // Before the job, so that none is open and in no list; a list may name one that is over.
      if (!isOver(changed)) await this.#cql.run(OPEN, [jobId]);
      if (!(await this.#replace(jobId, row, changed))) continue;
      if (isOver(changed)) await this.#cql.run(CLOSE, [jobId]);
      return changed;
    }
    throw unavailable(`job ${jobId} is being changed by others, ${MAX_TRIES} times in a row`);
  }

  async unfinished(): Promise<readonly Job[]> {
    const rows = await this.#cql.run(LIST_OPEN, []);
    const jobs = await Promise.all(rows.map((row) => this.get(row.job_id as string)));
    return jobs.flatMap((job) => (job && !isOver(job) ? [job] : []));
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

function jobOf(row: CqlRow | undefined): Job | undefined {
  return row && decodeJob(row.job as Buffer);
}
