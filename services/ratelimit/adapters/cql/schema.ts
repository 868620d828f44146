import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";

/** Limits are one partition of at most 10,000, with their revision; holders and boots are spread over buckets. */
export const LIMIT_TABLES: readonly TableDefinition[] = [
  {
    table: "limits",
    create: `CREATE TABLE IF NOT EXISTS limits (
      scope text, path text, revision bigint static, change_id text static, message blob,
      PRIMARY KEY (scope, path)
    )`,
  },
  {
    table: "limit_holders",
    create: `CREATE TABLE IF NOT EXISTS limit_holders (
      bucket int, path text, holder text, safe blob, PRIMARY KEY (bucket, path, holder)
    )`,
  },
  {
    table: "limit_boots",
    create: `CREATE TABLE IF NOT EXISTS limit_boots (
      bucket int, path text, boot blob, PRIMARY KEY (bucket, path)
    )`,
  },
  {
    table: "limit_seats",
    create: `CREATE TABLE IF NOT EXISTS limit_seats (
      scope text PRIMARY KEY, term bigint, holder text, renewals bigint
    )`,
  },
];

export const SCOPE = "limits";
