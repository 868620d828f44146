import { randomBytes } from "node:crypto";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import { isOver, type Job } from "../../domain/job.ts";
import { decodeJob, encodeJob } from "../../domain/job-codec.ts";
import type { JobStore } from "../../ports.ts";

const SECRET_KEY = Buffer.from("secret");
const SECRET_BYTES = 32;
const PRESENT = Buffer.from([1]);

/** Jobs in LMDB; one process has them, so that a transaction is all the care that a change needs. */
export class LmdbJobStore implements JobStore {
  readonly #lmdb: Lmdb;
  readonly #jobs: Table;
  readonly #open: Table;
  readonly #secrets: Table;

  constructor(lmdb: Lmdb) {
    this.#lmdb = lmdb;
    this.#jobs = lmdb.table("erasure-jobs");
    this.#open = lmdb.table("erasure-jobs-open");
    this.#secrets = lmdb.table("erasure-secrets");
  }

  async get(jobId: string): Promise<Job | undefined> {
    const row = this.#jobs.get(Buffer.from(jobId));
    return row && decodeJob(row);
  }

  change(
    jobId: string,
    change: (job: Job | undefined) => Job | undefined,
  ): Promise<Job | undefined> {
    const key = Buffer.from(jobId);
    return this.#lmdb.commit((tx) => {
      const row = tx.get(this.#jobs, key);
      const job = row && decodeJob(row);
      const changed = change(job);
      if (!changed) return job;
      tx.put(this.#jobs, key, encodeJob(changed));
      if (isOver(changed)) tx.remove(this.#open, key);
      else tx.put(this.#open, key, PRESENT);
      return changed;
    });
  }

  async unfinished(): Promise<readonly Job[]> {
    const keys = [...this.#open.keys({})];
    return keys.flatMap((key) => {
      const row = this.#jobs.get(key);
      return row ? [decodeJob(row)] : [];
    });
  }

  secret(): Promise<Buffer> {
    return this.#lmdb.commit((tx) => {
      const known = tx.get(this.#secrets, SECRET_KEY);
      if (known) return known;
      const made = randomBytes(SECRET_BYTES);
      tx.put(this.#secrets, SECRET_KEY, made);
      return made;
    });
  }
}
