import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";

/** A row of the log is one frame; `owner`, of a whole partition, is who may add to it. */
export const GROWTH_TABLES: readonly TableDefinition[] = [
  {
    table: "growth_log",
    create: `CREATE TABLE IF NOT EXISTS growth_log (
      bucket bigint, seq bigint, owner text static, writer text, frame blob,
      PRIMARY KEY ((bucket), seq)
    )`,
  },
  {
    table: "growth_blobs",
    create: `CREATE TABLE IF NOT EXISTS growth_blobs (
      name text, part int, bytes blob, PRIMARY KEY ((name), part)
    )`,
  },
  {
    table: "growth_manifest",
    create: `CREATE TABLE IF NOT EXISTS growth_manifest (
      id int PRIMARY KEY, position bigint, manifest text
    )`,
  },
];
