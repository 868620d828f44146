import type { Discovered } from "./discovery/discover.ts";
import { tablesOf } from "./discovery/paths.ts";
import { tableLevels } from "./levels/table-levels.ts";
import type { Id, ItemStore } from "./ports.ts";
import type { DryRun, DryRunChange } from "./result.ts";

const MAX_EXAMPLES = 5;

/** What was found, told by table, level and path, and what of the rest would change. */
export async function dryRunOf(
  { found, paths, edges }: Discovered,
  store: Pick<ItemStore, "getChanges">,
  batchItems: number,
): Promise<DryRun> {
  const levels = tableLevels(found.tables, edges);
  return {
    found: found.count,
    tables: Object.fromEntries(found.tables.map((table) => [table, found.countOf(table)])),
    levels: levels.map((groups) => groups.flatMap(({ tables }) => tables)),
    paths: paths.all
      .filter(({ count }) => count > 0)
      .map((path) => ({
        tables: tablesOf(path),
        count: path.count,
        examples: path.examples,
        repeats: path.repeats,
      })),
    changes: await changesBy(found, store, batchItems),
  };
}

async function changesBy(
  found: Discovered["found"],
  store: Pick<ItemStore, "getChanges">,
  batchItems: number,
): Promise<readonly DryRunChange[]> {
  const changes = new Map<string, { count: number; readonly examples: Id[] }>();
  const note = (change: string, ids: readonly Id[]) => {
    if (ids.length === 0) return;
    const known = changes.get(change) ?? { count: 0, examples: [] };
    known.count += ids.length;
    known.examples.push(...ids.slice(0, MAX_EXAMPLES - known.examples.length));
    changes.set(change, known);
  };
  for (const table of found.tables) {
    for (const batch of found.batches(table, batchItems)) {
      for await (const { change, items } of store.getChanges?.(table, batch) ?? []) {
        for (const [changed, ids] of Object.entries(items)) {
          // What goes itself is not changed.
          const staying = ids.filter((id) => found.pathOf(changed, id) === undefined);
          note(change, staying);
        }
      }
    }
  }
  return [...changes].map(([change, counted]) => ({ change, ...counted }));
}
