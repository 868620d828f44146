import type { DatabaseSync } from "node:sqlite";
import type { ForeignKey } from "./catalog.ts";
import { batchOf, referring } from "./statements.ts";

/**
 * SQLite itself would find the rows that refer to a batch by an index of the child. It can't where the
 * columns differ in affinity or collation (SQLite, Query Planner and Datatypes, 4.2): then each row of the
 * batch would read the whole child, which had better be read once for all of them.
 */
export function isSearched(database: DatabaseSync, key: ForeignKey): boolean {
  if (!key.indexed) return false;
  const none = (key.parent.rowid ? ["0"] : key.parent.primaryKey).map(() => "NULL").join(",");
  const sql = `EXPLAIN QUERY PLAN WITH ${batchOf(key.parent, [none], "b")} SELECT 1 ${referring(key)}`;
  return database
    .prepare(sql)
    .all()
    .some(({ detail }) => /^SEARCH c USING (?!AUTOMATIC)/.test(String(detail)));
}
