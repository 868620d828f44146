import type { Id } from "../ports.ts";
import type { SqlTable } from "./catalog.ts";
import { quoted, tableNamed } from "./quoted.ts";
import { batchOf, idOf, isIn } from "./statements.ts";

/** Values of the columns of a primary key, in its order. */
export type Key = readonly (string | number | bigint | Uint8Array)[];

/** A query for the id of the row with this key. Throws when it has not as many values as the key has columns. */
export function rowByKey(table: SqlTable, key: Key): string {
  const columns = table.primaryKey.length > 0 ? table.primaryKey.map(quoted) : [table.rowid ?? ""];
  if (key.length !== columns.length) {
    const wanted = table.primaryKey.length > 0 ? table.primaryKey.join(", ") : "rowid";
    const problem = `the key of ${table.name} has ${columns.length} columns, not ${key.length}`;
    throw new RangeError(`${problem}: give ${wanted}, several as a JSON array`);
  }
  const where = columns.map((column) => `t.${column} = ?`).join(" AND ");
  return `SELECT ${idOf(table, "t")} FROM ${tableNamed(table)} AS t WHERE ${where}`;
}

/** A query for ids and the literals of their primary keys, commas between. Undefined: the ids are the keys. */
export function keysById(table: SqlTable, ids: readonly Id[]): string | undefined {
  if (!table.rowid || table.primaryKey.length === 0) return undefined;
  const key = idOf({ ...table, rowid: undefined }, "t");
  return `WITH ${batchOf(table, ids, "b")} SELECT ${idOf(table, "t")}, ${key}
    FROM ${tableNamed(table)} AS t WHERE ${isIn(table, "t", "b")}`;
}
