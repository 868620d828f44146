import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";

/**
 * A job is one blob, changed by whoever saw its revision. Those that are not over are listed by when they are due,
 * in 16 partitions: with a window of 30 days nearly all of them wait. A row that comes back is seen to be wrong, so
 * the tombstones of this list, which each look reads over, need not stay for longer than hints are kept (3 hours).
 * erasure_jobs_open is what an earlier version had.
 */
export const ERASURE_TABLES: readonly TableDefinition[] = [
  {
    table: "erasure_jobs",
    create: `CREATE TABLE IF NOT EXISTS erasure_jobs (
      job_id text PRIMARY KEY, revision text, job blob
    )`,
  },
  {
    table: "erasure_jobs_due",
    create: `CREATE TABLE IF NOT EXISTS erasure_jobs_due (
      part int, due_ms bigint, job_id text, listed boolean, PRIMARY KEY (part, due_ms, job_id)
    ) WITH gc_grace_seconds = 10800`,
  },
  {
    table: "erasure_jobs_open",
    create: `CREATE TABLE IF NOT EXISTS erasure_jobs_open (
      part int, job_id text, PRIMARY KEY (part, job_id)
    )`,
  },
  {
    table: "erasure_secrets",
    create: "CREATE TABLE IF NOT EXISTS erasure_secrets (name text PRIMARY KEY, secret blob)",
  },
];
