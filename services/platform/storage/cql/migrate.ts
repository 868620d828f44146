import type { Cql } from "./session.ts";

/** A table and the statement that makes it, with IF NOT EXISTS. */
export interface TableDefinition {
  readonly table: string;
  readonly create: string;
}

const TABLES_OF_KEYSPACE = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?";

/**
 * Makes the tables that are missing. May run again, and in several processes: who finds everything there
 * changes nothing. In production run one process first, since older clusters dislike two that create
 * the same table at the same moment.
 */
export async function migrate(cql: Cql, tables: readonly TableDefinition[]): Promise<void> {
  const rows = await cql.run(TABLES_OF_KEYSPACE, [cql.keyspace]);
  const present = new Set(rows.map((row) => row.table_name));
  for (const { table, create } of tables) {
    if (!present.has(table)) await cql.define(create);
  }
}
