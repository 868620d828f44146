import { sizeOf } from "./by-table.ts";
import type { ErasureOptions } from "./options.ts";
import type { ByTable, ItemStore } from "./ports.ts";

/** The store, each call of which waits for its turn and is not begun after the walk was ended. */
export function paced(
  store: ItemStore,
  { pace = (work) => work(), signal }: Pick<ErasureOptions, "pace" | "signal">,
): ItemStore {
  const run = <Result>(items: number, work: () => Promise<Result> | Result): Promise<Result> => {
    signal?.throwIfAborted();
    return pace(async () => {
      signal?.throwIfAborted();
      return work();
    }, items);
  };
  const { getForeignKeysEach, deleteTogether, getHeld, getHolders, mayBeReferred } = store;
  const { getChanges } = store;
  return {
    refusesReferred: store.refusesReferred ?? false,
    async *getForeignKeys(table, ids) {
      const answer = await run(ids.length, async () => store.getForeignKeys(table, ids));
      if (Symbol.asyncIterator in answer) yield* answer as AsyncIterable<ByTable>;
      else yield answer as ByTable;
    },
    delete: (table, ids) => run(ids.length, () => store.delete(table, ids)),
    ...(getChanges && {
      async *getChanges(table, ids) {
        yield* await run(ids.length, async () => getChanges.call(store, table, ids));
      },
    }),
    ...(mayBeReferred && { mayBeReferred: (table) => mayBeReferred.call(store, table) }),
    ...(getForeignKeysEach && {
      getForeignKeysEach: (table, ids) =>
        run(ids.length, () => getForeignKeysEach.call(store, table, ids)),
    }),
    ...(deleteTogether && {
      deleteTogether: (items) => run(sizeOf(items), () => deleteTogether.call(store, items)),
    }),
    ...(getHeld && {
      getHeld: (table, ids) => run(ids.length, () => getHeld.call(store, table, ids)),
    }),
    ...(getHolders && {
      getHolders: (table, ids) => run(ids.length, () => getHolders.call(store, table, ids)),
    }),
  };
}
