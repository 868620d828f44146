import type { Client } from "cassandra-driver";

export interface Column {
  readonly name: string;
  readonly kind: "partition_key" | "clustering" | "regular" | "static";
  readonly type: string;
}

/** A table's columns: those of its key first, in their order. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

const READ = `SELECT table_name, column_name, kind, position, type FROM system_schema.columns
  WHERE keyspace_name = ?`;
const KINDS: readonly Column["kind"][] = ["partition_key", "clustering", "static", "regular"];

/** All tables of the keyspace, by name. */
export async function readTables(client: Client): Promise<ReadonlyMap<string, Table>> {
  const { rows } = await client.execute(READ, [client.keyspace], { prepare: true });
  const found = rows.map((row) => ({
    table: row.table_name as string,
    position: row.position as number,
    column: {
      name: row.column_name as string,
      kind: row.kind as Column["kind"],
      type: row.type as string,
    },
  }));
  found.sort(
    (a, b) =>
      KINDS.indexOf(a.column.kind) - KINDS.indexOf(b.column.kind) ||
      a.position - b.position ||
      (a.column.name < b.column.name ? -1 : 1),
  );
  const byTable = Map.groupBy(found, ({ table }) => table);
  return new Map(
    [...byTable].map(([name, columns]) => [
      name,
      { name, columns: columns.map(({ column }) => column) },
    ]),
  );
}

export const isKey = ({ kind }: Column) => kind === "partition_key" || kind === "clustering";
