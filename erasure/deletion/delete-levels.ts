import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { groupByTable } from "../by-table.ts";
import type { Discovered } from "../discovery/discover.ts";
import { type ItemRounds, itemRounds } from "../levels/item-rounds.ts";
import { type TableGroup, tableLevels } from "../levels/table-levels.ts";
import type { Id } from "../ports.ts";
import { Deletion, type DeletionDeps } from "./deletion.ts";

/** Where a deletion stands. Level 0 holds the root, and is the last. */
export interface LevelProgress {
  readonly level: number;
  readonly levels: number;
}

/** Deletes what was found, from the deepest level up; a level begins when all below it has ended. */
export async function deleteLevels(
  deps: DeletionDeps,
  { found, edges }: Discovered,
  onLevel: (progress: LevelProgress) => void,
): Promise<void> {
  const levels = tableLevels(found.tables, edges);
  const deletion = new Deletion(deps);
  for (let level = levels.length - 1; level >= 0; level--) {
    onLevel({ level, levels: levels.length });
    const [cyclic, flat] = partition(levels[level], (group) => group.cyclic);
    await inParallel(deps.workers, batchesOf(flat), ({ table, ids }) => deletion.batch(table, ids));
    for (const group of cyclic) {
      const sorted = await itemRounds(deps, found, group);
      using _rounds = sorted.rounds;
      await deleteRest(sorted, deletion, deps);
      await deleteRounds(sorted, deletion, { ...deps, tables: group.tables });
    }
  }

  function* batchesOf(groups: readonly TableGroup[]) {
    for (const { tables } of groups) {
      for (const table of tables) {
        for (const ids of found.batches(table, deps.batchItems)) yield { table, ids };
      }
    }
  }
}

/** Cycles of items, each in one go, and what hangs below them. */
async function deleteRest({ rest }: ItemRounds, deletion: Deletion, deps: DeletionDeps) {
  for (const sets of [...rest].reverse()) {
    const [single, cycles] = partition(sets, (set) => set.length === 1);
    const batches = Object.entries(groupByTable(single.flat())).flatMap(([table, ids]) =>
      chunks(ids, deps.batchItems).map((part) => ({ table, ids: part })),
    );
    await inParallel(deps.workers, batches, ({ table, ids }) => deletion.batch(table, ids));
    await inParallel(deps.workers, cycles, (set) => deletion.together(groupByTable(set)));
  }
}

/**
 * The last round first. Rounds that are one small batch go together where the store can do so: a thread of
 * a thousand replies to replies is then one transaction.
 */
async function deleteRounds(
  { rounds, marks }: ItemRounds,
  deletion: Deletion,
  deps: DeletionDeps & { readonly tables: readonly string[] },
): Promise<void> {
  let small: TableBatch[] = [];
  let smallItems = 0;
  const flush = async () => {
    const gathered = small;
    small = [];
    smallItems = 0;
    const items = gathered.flatMap(({ table, ids }) => ids.map((id) => ({ table, id })));
    if (gathered.length > 1 && (await deletion.inOneGo(groupByTable(items)))) return;
    for (const { table, ids } of gathered) await deletion.batch(table, ids);
  };
  for (let round = marks.length - 1; round >= 0; round--) {
    const from = round === 0 ? 0 : marks[round - 1];
    const batches = rounds.batches(from, marks[round]);
    if (marks[round] - from > 1) {
      await flush();
      await inParallel(deps.workers, batches, ({ key, ids }) =>
        deletion.batch(deps.tables[key], ids),
      );
      continue;
    }
    for (const { key, ids } of batches) {
      small.push({ table: deps.tables[key], ids });
      smallItems += ids.length;
    }
    if (smallItems >= deps.batchItems) await flush();
  }
  await flush();
}

interface TableBatch {
  readonly table: string;
  readonly ids: readonly Id[];
}

function partition<T>(all: readonly T[], choose: (one: T) => boolean): [T[], T[]] {
  return [all.filter(choose), all.filter((one) => !choose(one))];
}

function chunks(ids: readonly Id[], size: number): (readonly Id[])[] {
  const parts: (readonly Id[])[] = [];
  for (let i = 0; i < ids.length; i += size) parts.push(ids.slice(i, i + size));
  return parts;
}
