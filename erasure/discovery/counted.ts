import type { ByTable, Id, Item } from "../ports.ts";
import type { FoundItems } from "../spill/found-items.ts";
import type { WalkDeps } from "../walk-deps.ts";

/** Items that nobody will hold any more. */
export interface CountedOut {
  readonly table: string;
  readonly ids: readonly Id[];
  /** One of those that held them. */
  readonly holder: Item;
  /** The tables of all that held them: their items go first. */
  readonly holders: ReadonlySet<string>;
}

/**
 * What loses its last holder when everything found goes: asked once the walk has found all else, and again
 * after it went on from these. A circle that holds itself stays, as with any counting.
 */
export async function* countedOut(deps: WalkDeps, found: FoundItems): AsyncGenerator<CountedOut> {
  const { store, batchItems } = deps;
  if (!store.getHeld || !store.getHolders) return;
  for (const holder of found.tables) {
    for (const batch of found.batches(holder, batchItems)) {
      for (const [table, held] of Object.entries(await store.getHeld(holder, batch))) {
        const unseen = unseenOf(found, table, [...new Set(held)]);
        if (unseen.length === 0) continue;
        const answers = await store.getHolders(table, unseen);
        const ids = unseen.filter((_, i) => allFound(found, answers[i]));
        const holders = new Set(answers.flatMap((answer) => Object.keys(answer)));
        if (ids.length > 0) yield { table, ids, holder: { table: holder, id: batch[0] }, holders };
      }
    }
  }
}

function unseenOf(found: FoundItems, table: string, ids: readonly Id[]): readonly Id[] {
  const numbers = found.numbersOf(table, ids);
  return ids.filter((_, i) => numbers[i] < 0);
}

function allFound(found: FoundItems, holders: ByTable): boolean {
  return Object.entries(holders).every(([table, ids]) =>
    found.numbersOf(table, ids).every((number) => number >= 0),
  );
}
