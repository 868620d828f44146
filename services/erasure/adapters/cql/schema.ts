import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";

/** A job is one blob, changed by whoever saw its revision. Open jobs are few, and one partition. */
export const ERASURE_TABLES: readonly TableDefinition[] = [
  {
    table: "erasure_jobs",
    create: `CREATE TABLE IF NOT EXISTS erasure_jobs (
      job_id text PRIMARY KEY, revision text, job blob
    )`,
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
