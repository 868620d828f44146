import { groupByTable, itemsIn } from "./by-table.ts";
import type { ByTable, Id, Item, ItemStore } from "./ports.ts";
import type { Retry } from "./retry.ts";
import type { WalkDeps } from "./walk-deps.ts";

/** How a store is asked: tried again when it fails, and one id at a time where it can't say more. */
export function asking(store: ItemStore, retry: Retry): Pick<WalkDeps, "ask" | "askEach"> {
  const one = async (table: string, id: Id): Promise<ByTable> => {
    const items: Item[] = [];
    await hear(store, table, [id], (part) => {
      for (const item of itemsIn(part)) items.push(item);
    });
    return groupByTable(items);
  };
  const isLeaf = (table: string) => store.mayBeReferred?.(table) === false;
  return {
    ask: async (table, ids, take) => {
      if (!isLeaf(table)) await retry(() => hear(store, table, ids, take));
    },
    askEach: (table, ids) =>
      retry(async () => {
        if (isLeaf(table)) return ids.map(() => ({}));
        if (store.getForeignKeysEach) return store.getForeignKeysEach(table, ids);
        return Promise.all(ids.map((id) => one(table, id)));
      }),
  };
}

async function hear(
  store: ItemStore,
  table: string,
  ids: readonly Id[],
  take: (part: ByTable) => void,
): Promise<void> {
  const answer = store.getForeignKeys(table, ids);
  if (Symbol.asyncIterator in answer) {
    for await (const part of answer as AsyncIterable<ByTable>) take(part);
  } else {
    take(await (answer as ByTable | Promise<ByTable>));
  }
}
