import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";

/**
 * One partition a person, bounded by MAX_FRIENDS_PER_USER (and by what was removed lately). `present`
 * is 1, or 0 in the row of an edge that was removed, which expires: a number, so that the store can
 * count friends by adding up.
 */
export const FRIEND_TABLES: readonly TableDefinition[] = [
  {
    table: "friend_edges",
    create: `CREATE TABLE IF NOT EXISTS friend_edges (
      user bigint,
      friend bigint,
      present int,
      PRIMARY KEY (user, friend)
    )`,
  },
];
