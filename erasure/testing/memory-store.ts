import { groupByTable } from "../by-table.ts";
import type { ByTable, Id, Item, ItemStore } from "../ports.ts";

/** A reference: `from` can't stay when `to` goes. */
export interface Reference {
  readonly from: Item;
  readonly to: Item;
}

export interface MemoryStore extends ItemStore {
  /** What is still there. */
  readonly items: Map<string, Item>;
  /** Calls of delete, in order. */
  readonly deletions: ByTable[];
  /** What was deleted although something still referred to it. */
  readonly offences: string[];
  /** A row written later. */
  add(item: Item, references: readonly Item[]): void;
}

export const keyOf = ({ table, id }: Item) => `${table}:${id}`;

/** Rows with references, which notices when one goes before all that refers to it. */
export function memoryStore(items: readonly Item[], references: readonly Reference[]): MemoryStore {
  const there = new Map(items.map((item) => [keyOf(item), item]));
  const referring = new Map<string, Item[]>();
  const offences: string[] = [];
  const deletions: ByTable[] = [];
  const refer = ({ from, to }: Reference) => {
    const list = referring.get(keyOf(to)) ?? [];
    referring.set(keyOf(to), [...list, from]);
  };
  references.forEach(refer);
  const childrenOf = (item: Item) =>
    (referring.get(keyOf(item)) ?? []).filter((child) => there.has(keyOf(child)));
  const remove = (group: readonly Item[]) => {
    const keys = new Set(group.map(keyOf));
    for (const item of group) {
      const left = childrenOf(item).filter((child) => !keys.has(keyOf(child)));
      if (left.length > 0) offences.push(`${keyOf(item)} before ${left.map(keyOf)}`);
    }
    for (const item of group) there.delete(keyOf(item));
  };
  const itemsOf = (table: string, ids: readonly Id[]) => ids.map((id) => ({ table, id }));
  return {
    items: there,
    deletions,
    offences,
    add: (item, to) => {
      there.set(keyOf(item), item);
      for (const one of to) refer({ from: item, to: one });
    },
    getForeignKeys: async (table, ids) =>
      groupByTable(itemsOf(table, ids).flatMap((item) => childrenOf(item))),
    delete: async (table, ids) => {
      deletions.push({ [table]: ids });
      for (const item of itemsOf(table, ids)) {
        const own = childrenOf(item).filter((child) => keyOf(child) !== keyOf(item));
        if (own.length > 0) offences.push(`${keyOf(item)} before ${own.map(keyOf)}`);
        there.delete(keyOf(item));
      }
    },
    deleteTogether: async (byTable) => {
      deletions.push(byTable);
      remove(Object.entries(byTable).flatMap(([table, ids]) => itemsOf(table, ids)));
    },
  };
}

/** All that hangs on an item: the naive recursion. */
export function closureOf(root: Item, references: readonly Reference[]): Set<string> {
  const children = Map.groupBy(references, ({ to }) => keyOf(to));
  const seen = new Set([keyOf(root)]);
  const visit = (key: string) => {
    for (const { from } of children.get(key) ?? []) {
      if (seen.has(keyOf(from))) continue;
      seen.add(keyOf(from));
      visit(keyOf(from));
    }
  };
  visit(keyOf(root));
  return seen;
}
