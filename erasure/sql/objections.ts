import { idsIn } from "../by-table.ts";
import type { ByTable } from "../ports.ts";
import type { ForeignKey, SqlTable } from "./catalog.ts";
import { columnOf, folded, tableNamed } from "./quoted.ts";
import { batchOf, idOf, isIn, keepsTypes, newValues, referring, refers } from "./statements.ts";

/** Why rows can't go: a query for their ids, and what to say of them. */
export interface Objection {
  readonly sql: string;
  readonly reason: string;
}

/**
 * What may object to the going of all `items`, asked of those of `key`'s parent. `keysTo` gives the foreign
 * keys to a table.
 */
export function objections(
  key: ForeignKey,
  items: ByTable,
  keysTo: (table: SqlTable) => readonly ForeignKey[],
): readonly Objection[] {
  if (key.onDelete === "delete") {
    return [{ sql: parentsOf(key, items), reason: `${key.name} still refers to it` }];
  }
  const changed = new Set(key.childColumns.map((column) => folded(column)));
  const stranded = keysTo(key.child)
    .filter(({ parentColumns }) => parentColumns.some((one) => changed.has(folded(one))))
    .map((other) => ({
      sql: parentsOf(key, items, [referrerThatStays(other, items)]),
      reason: `${key.name} would change what ${other.name} refers to`,
    }));
  const values = newValues(key);
  if (values.includes("NULL")) return stranded;
  const isDefault = key.parentColumns.map((name, i) => `${columnOf("d", name)} = ${values[i]}`);
  const isThere = `SELECT 1 FROM ${tableNamed(key.parent)} AS d
    WHERE ${isDefault.join(" AND ")} AND NOT ${isIn(key.parent, "d", "b")}`;
  const reason = `${key.name} would be set to ${values.join(", ")}, which leads nowhere`;
  return [...stranded, { sql: parentsOf(key, items, [`NOT EXISTS (${isThere})`]), reason }];
}

/** Rows `p` of the batch that something which stays refers to, by `key` and under further conditions. */
export function parentsOf(
  key: ForeignKey,
  items: ByTable,
  conditions: readonly string[] = [],
): string {
  const batches = [batchOf(key.parent, idsIn(items, key.parent.name), "b")];
  const going = idsIn(items, key.child.name);
  const all = [...conditions];
  if (going.length > 0) {
    batches.push(batchOf(key.child, going, "g"));
    all.unshift(`NOT ${isIn(key.child, "c", "g")}`);
  }
  const from = [referring(key), ...all].join(" AND ");
  return `WITH ${batches.join(", ")} SELECT DISTINCT ${idOf(key.parent, "p")} ${from}`;
}

/** Something that refers to `c` stays. */
function referrerThatStays(key: ForeignKey, items: ByTable): string {
  const keys = key.parentColumns.map((column, i) =>
    refers(columnOf("c", column), columnOf("r", key.childColumns[i]), keepsTypes(key, i)),
  );
  const going = idsIn(items, key.child.name);
  const batch = going.length > 0 ? `WITH ${batchOf(key.child, going, "h")} ` : "";
  const stays = going.length > 0 ? [`NOT ${isIn(key.child, "r", "h")}`] : [];
  return `EXISTS (${batch}SELECT 1 FROM ${tableNamed(key.child)} AS r
    WHERE ${[...keys, ...stays].join(" AND ")})`;
}
