import type { ByTable, Id, Item } from "./ports.ts";

/** The ids of one table. Tables may be called as JavaScript's own properties are: "constructor". */
export function idsIn(byTable: ByTable, table: string): readonly Id[] {
  return Object.hasOwn(byTable, table) ? byTable[table] : [];
}

export function* itemsIn(byTable: ByTable): Generator<Item> {
  for (const [table, ids] of Object.entries(byTable)) for (const id of ids) yield { table, id };
}

export function sizeOf(byTable: ByTable): number {
  return Object.values(byTable).reduce((sum, ids) => sum + ids.length, 0);
}

export function groupByTable(items: Iterable<Item>): ByTable {
  const groups = new Map<string, Id[]>();
  for (const { table, id } of items) {
    const ids = groups.get(table);
    if (ids) ids.push(id);
    else groups.set(table, [id]);
  }
  return Object.fromEntries(groups);
}
