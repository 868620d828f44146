import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import { PERSON_STATE_CHANGES } from "../../../platform/storage/people/cql-person-states.ts";
import { STANDING_COLUMNS } from "../../../platform/storage/people/cql-standing-rows.ts";

/** Hidden and erased people. */
export const BUYER_STATES = {
  table: "bookstore_person_states",
  keyColumn: "person_key",
  as: "bookstore",
} as const;

export const BUYER_TABLES: readonly TableDefinition[] = [
  PERSON_STATE_CHANGES,
  {
    table: "bookstore_person_states",
    create: `CREATE TABLE IF NOT EXISTS bookstore_person_states (
      person_key text PRIMARY KEY, ${STANDING_COLUMNS}
    )`,
  },
];
