import type { Discovered } from "./discovery/discover.ts";
import { tablesOf } from "./discovery/paths.ts";
import { tableLevels } from "./levels/table-levels.ts";
import type { ByTable, Hindrance, Id, ItemStore } from "./ports.ts";
import type { DryRun, Sample } from "./result.ts";
import type { FoundItems } from "./spill/found-items.ts";

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
    ...(await changesBy(found, store, batchItems)),
  };
}

/** Counts items by what is said of them, and their table. */
class Samples {
  readonly #byText = new Map<string, Sample & { text: string; count: number; examples: Id[] }>();

  note(text: string, table: string, ids: readonly Id[]): void {
    if (ids.length === 0) return;
    const key = `${table}: ${text}`;
    const known = this.#byText.get(key) ?? { text, table, count: 0, examples: [] };
    known.count += ids.length;
    known.examples.push(...ids.slice(0, MAX_EXAMPLES - known.examples.length));
    this.#byText.set(key, known);
  }

  all<Text>(named: (text: string) => Text): readonly (Text & Sample)[] {
    return [...this.#byText.values()].map(({ text, ...sample }) => ({ ...named(text), ...sample }));
  }
}

async function changesBy(
  found: FoundItems,
  store: Pick<ItemStore, "getChanges">,
  batchItems: number,
): Promise<Pick<DryRun, "changes" | "hindrances">> {
  const changed = new Samples();
  const hindered = new Samples();
  for (const table of found.tables) {
    for (const batch of found.batches(table, batchItems)) {
      const parts = store.getChanges?.(table, batch) ?? [];
      for await (const { change, items, hindrances = [] } of parts) {
        for (const [name, ids] of Object.entries(stayingOf(found, items))) {
          changed.note(change, name, ids);
          for (const hindrance of hindrances) {
            for await (const those of hinderedBy(found, hindrance, { [name]: ids })) {
              for (const [by, some] of Object.entries(those)) {
                hindered.note(hindrance.reason, by, some);
              }
            }
          }
        }
      }
    }
  }
  return {
    changes: changed.all((change) => ({ change })),
    hindrances: hindered.all((reason) => ({ reason })),
  };
}

/** Those that don't go themselves. */
function stayingOf(found: FoundItems, items: ByTable): ByTable {
  const staying = Object.entries(items).map(([table, ids]) => {
    return [table, ids.filter((id) => found.pathOf(table, id) === undefined)] as const;
  });
  return Object.fromEntries(staying.filter(([, ids]) => ids.length > 0));
}

/** What of `staying` can't be changed, or what refers to it and so prevents that. */
async function* hinderedBy(
  found: FoundItems,
  { ifGone, referring }: Hindrance,
  staying: ByTable,
): AsyncGenerator<ByTable> {
  if (ifGone && found.pathOf(ifGone.table, ifGone.id) === undefined) return;
  if (!referring) yield staying;
  else {
    for (const ids of Object.values(staying)) {
      for await (const part of referring(ids)) yield stayingOf(found, part);
    }
  }
}
