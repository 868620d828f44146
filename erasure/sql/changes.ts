import type { Id, Item } from "../ports.ts";
import type { ForeignKey, SqlTable } from "./catalog.ts";
import { defaultRow, leadsNowhere, stranding } from "./objections.ts";
import { folded } from "./quoted.ts";
import { newValues } from "./statements.ts";

/** What happens along a foreign key to rows that stay when what they refer to goes. */
export interface EdgeChange {
  readonly edge: string;
  readonly change: string;
  readonly hindrances: readonly EdgeHindrance[];
}

/** Why that can't happen to these rows: to any of them, but for what is said. */
export interface EdgeHindrance {
  readonly reason: string;
  /** Only when this goes, too. */
  readonly ifGone?: Item;
  /** Only while something that stays refers to one of these rows by this foreign key. */
  readonly ifReferred?: { readonly table: string; readonly edge: string };
}

/** What `key` wants. `keysTo` gives the foreign keys to a table, `idBy` the first id that a query finds. */
export function changeAlong(
  key: ForeignKey,
  keysTo: (table: SqlTable) => readonly ForeignKey[],
  idBy: (sql: string) => Id | undefined,
): EdgeChange {
  const values = newValues(key);
  const hindrances: EdgeHindrance[] = stranding(key, keysTo).map(({ by, reason }) => {
    return { reason, ifReferred: { table: key.child.name, edge: by.name } };
  });
  for (const [i, column] of key.childColumns.entries()) {
    if (values[i] !== "NULL" || !key.child.columns.get(folded(column))?.refusesNull) continue;
    const reason = `${key.name} would be set to NULL, which ${key.child.name}.${column} does not take`;
    hindrances.push({ reason });
  }
  if (!values.includes("NULL")) {
    const id = idBy(defaultRow(key));
    const ifGone = id === undefined ? undefined : { table: key.parent.name, id };
    hindrances.push({ reason: leadsNowhere(key), ...(ifGone && { ifGone }) });
  }
  return { edge: key.name, change: `${key.name}: set to ${values.join(", ")}`, hindrances };
}
