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
  const stranded = stranding(key, keysTo).map(({ by, reason }) => {
    return { sql: parentsOf(key, items, [referrerThatStays(by, items)]), reason };
  });
  if (newValues(key).includes("NULL")) return stranded;
  const isThere = `${defaultRow(key)} AND NOT ${isIn(key.parent, "d", "b")}`;
  const isNot = parentsOf(key, items, [`NOT EXISTS (${isThere})`]);
  return [...stranded, { sql: isNot, reason: leadsNowhere(key) }];
}

/** The keys that refer to what `key` would change in rows that stay. */
export function stranding(key: ForeignKey, keysTo: (table: SqlTable) => readonly ForeignKey[]) {
  const changed = new Set(key.childColumns.map((column) => folded(column)));
  return keysTo(key.child)
    .filter(({ parentColumns }) => parentColumns.some((one) => changed.has(folded(one))))
    .map((by) => ({ by, reason: `${key.name} would change what ${by.name} refers to` }));
}

/** A query for the id of the row `d` that a default refers to. */
export function defaultRow(key: ForeignKey): string {
  const values = newValues(key);
  const isDefault = key.parentColumns.map((name, i) => `${columnOf("d", name)} = ${values[i]}`);
  return `SELECT ${idOf(key.parent, "d")} FROM ${tableNamed(key.parent)} AS d
    WHERE ${isDefault.join(" AND ")}`;
}

export function leadsNowhere(key: ForeignKey): string {
  return `${key.name} would be set to ${newValues(key).join(", ")}, which leads nowhere`;
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
