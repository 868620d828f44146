import type { DatabaseSync } from "node:sqlite";
import type { SqlTable } from "./catalog.ts";
import { tableNamed } from "./quoted.ts";

/** Some rowid of the table is not safe as a number. */
export function hasBigRowids(database: DatabaseSync, table: SqlTable): boolean {
  const { rowid } = table;
  if (!rowid) return false;
  const sql = `SELECT min(${rowid}) AS low, max(${rowid}) AS high FROM ${tableNamed(table)}`;
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  const { low, high } = statement.get() as { low: bigint | null; high: bigint | null };
  return [low, high].some((id) => id !== null && !Number.isSafeInteger(Number(id)));
}
