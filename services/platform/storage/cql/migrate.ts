import type { Cql } from "./session.ts";

/** A table and the statement that makes it, with IF NOT EXISTS. */
export interface TableDefinition {
  readonly table: string;
  readonly create: string;
  /** Columns with their types that a table of an earlier version lacks; `create` has them too. */
  readonly added?: Readonly<Record<string, string>>;
}

const COLUMNS_OF_TABLE = `SELECT column_name FROM system_schema.columns
  WHERE keyspace_name = ? AND table_name = ?`;
const TABLES_OF_KEYSPACE = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?";

/**
 * Makes the tables and columns that are missing. May run again, and in several processes: who finds everything there
 * changes nothing. In production run one process first, since older clusters dislike two that create
 * the same table at the same moment.
 */
export async function migrate(cql: Cql, tables: readonly TableDefinition[]): Promise<void> {
  const rows = await cql.run(TABLES_OF_KEYSPACE, [cql.keyspace]);
  const present = new Set(rows.map((row) => row.table_name));
  for (const { table, create, added } of tables) {
    if (!present.has(table)) await cql.define(create);
    else if (added) await addColumns(cql, table, added);
  }
}

async function addColumns(
  cql: Cql,
  table: string,
  added: Readonly<Record<string, string>>,
): Promise<void> {
  const columns = async () => {
    const rows = await cql.run(COLUMNS_OF_TABLE, [cql.keyspace, table]);
    return new Set(rows.map((row) => row.column_name));
  };
  const present = await columns();
  for (const [column, type] of Object.entries(added)) {
    if (present.has(column)) continue;
    try {
      await cql.define(`ALTER TABLE ${table} ADD ${column} ${type}`);
    } catch (error) {
      // Services that share a table may start together, and all but one are refused.
      if (!(await columns()).has(column)) throw error;
    }
  }
}
