import { randomBytes } from "node:crypto";
import { u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import { dueAtMs, isOver, type Job } from "../../domain/job.ts";
import { decodeJob, encodeJob } from "../../domain/job-codec.ts";
import type { JobStore } from "../../ports.ts";

const SECRET_KEY = Buffer.from("secret");
const SECRET_BYTES = 32;
const PRESENT = Buffer.from([1]);
const DUE_BYTES = 8;
const MAX_DUE = 4_000;

/** Jobs in LMDB; one process has them, so that a transaction is all the care that a change needs. */
export class LmdbJobStore implements JobStore {
  readonly #lmdb: Lmdb;
  readonly #jobs: Table;
  readonly #due: Table;
  readonly #secrets: Table;

  constructor(lmdb: Lmdb) {
    this.#lmdb = lmdb;
    this.#jobs = lmdb.table("erasure-jobs");
    this.#due = lmdb.table("erasure-jobs-due");
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
      if (job) tx.remove(this.#due, dueKey(job));
      if (!isOver(changed)) tx.put(this.#due, dueKey(changed), PRESENT);
      return changed;
    });
  }

  async due(nowMs: number): Promise<readonly Job[]> {
    const before = u64Key(BigInt(Math.floor(nowMs)) + 1n);
    const keys = [...this.#due.keys({ before, limit: MAX_DUE })];
    return keys.flatMap((key) => {
      const row = this.#jobs.get(key.subarray(DUE_BYTES));
      return row ? [decodeJob(row)] : [];
    });
  }

  /** Jobs of an earlier version, which listed the open ones by their ids. */
  async takeOver(): Promise<void> {
    const open = this.#lmdb.table("erasure-jobs-open");
    const keys = [...open.keys({})];
    if (keys.length === 0) return;
    await this.#lmdb.commit((tx) => {
      for (const key of keys) {
        const row = tx.get(this.#jobs, key);
        if (row) tx.put(this.#due, dueKey(decodeJob(row)), PRESENT);
        tx.remove(open, key);
      }
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

/** When it is due, then its id. */
function dueKey(job: Job): Buffer {
  return Buffer.concat([u64Key(BigInt(Math.ceil(dueAtMs(job)))), Buffer.from(job.jobId)]);
}
