import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import { PERSON_STATE_CHANGES } from "../../../platform/storage/people/cql-person-states.ts";
import { STANDING_COLUMNS } from "../../../platform/storage/people/cql-standing-rows.ts";

/** Hidden and erased people. */
export const GROWTH_STATES = {
  table: "growth_person_states",
  keyColumn: "person_key",
  as: "growth",
} as const;

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
  PERSON_STATE_CHANGES,
  {
    table: "growth_person_states",
    create: `CREATE TABLE IF NOT EXISTS growth_person_states (
      person_key text PRIMARY KEY, ${STANDING_COLUMNS}
    )`,
  },
];
