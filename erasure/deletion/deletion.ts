import { groupByTable, idsIn, itemsIn, sizeOf } from "../by-table.ts";
import { type ByTable, type Id, type Item, RefusedItems, StoreAway } from "../ports.ts";
import type { Retry } from "../retry.ts";
import type { WalkDeps } from "../walk-deps.ts";
import type { Staying } from "./blocked.ts";

export interface DeletionDeps extends WalkDeps {
  readonly retry: Retry;
  readonly staying: Staying;
  /** Calls fail because the walk is being ended. */
  readonly isEnding: () => boolean;
  /** These are gone. Awaited before anything that they hung on may go. */
  onDeleted(table: string, ids: readonly Id[]): Promise<void>;
}

/** Deletes batches, as far as the store allows: one that can't go holds up nobody but what it hangs on. */
export class Deletion {
  readonly #deps: DeletionDeps;

  constructor(deps: DeletionDeps) {
    this.#deps = deps;
  }

  /** Items of which none refers to another. */
  async batch(table: string, ids: readonly Id[]): Promise<void> {
    const free = await this.#withoutReferred({ [table]: ids });
    await this.#try(table, idsIn(free, table), this.#deps.retry);
  }

  /** Items that refer to each other, and to nothing else that is still there. */
  async together(items: ByTable): Promise<void> {
    const { store, retry } = this.#deps;
    const free = await this.#withoutReferred(items);
    // One of a cycle that stays keeps the whole cycle.
    if (sizeOf(free) < sizeOf(items)) return;
    if (!store.deleteTogether) {
      for (const [table, ids] of Object.entries(items)) await this.#try(table, ids, retry);
      return;
    }
    try {
      await retry(async () => store.deleteTogether?.(items));
    } catch (error) {
      if (this.#isOver(error)) throw error;
      await this.#refuseAll(items, error);
      return;
    }
    for (const [table, ids] of Object.entries(items)) await this.#deps.onDeleted(table, ids);
  }

  /** Items that may refer to each other, if the store takes them all at once; says whether it did. */
  async inOneGo(items: ByTable): Promise<boolean> {
    const { store, onDeleted } = this.#deps;
    if (!store.refusesReferred || !store.deleteTogether) return false;
    try {
      await store.deleteTogether(items);
    } catch (error) {
      if (this.#deps.isEnding()) throw error;
      return false; // one by one it will be seen which it is
    }
    for (const [table, ids] of Object.entries(items)) await onDeleted(table, ids);
    return true;
  }

  /** It says nothing of the items. */
  #isOver(error: unknown): boolean {
    return error instanceof StoreAway || this.#deps.isEnding();
  }

  async #try(table: string, ids: readonly Id[], retry: Retry): Promise<void> {
    if (ids.length === 0) return;
    const { store, onDeleted } = this.#deps;
    let refused: RefusedItems | undefined;
    try {
      await retry(async () => {
        refused = undefined;
        try {
          await store.delete(table, ids);
        } catch (error) {
          // Waiting does not help what something still refers to.
          if (!isReferred(error)) throw error;
          refused = error;
        }
      });
    } catch (error) {
      if (this.#isOver(error)) throw error;
      if (!(error instanceof RefusedItems)) return this.#divide(table, ids, error);
      refused = error;
    }
    const stayed = new Map(refused?.refusals.map((refusal) => [refusal.id, refusal]));
    await this.#stay(table, [...stayed.values()]);
    const gone = stayed.size === 0 ? ids : ids.filter((id) => !stayed.has(id));
    if (gone.length > 0) await onDeleted(table, gone);
  }

  /** Which of them it is: halves, without waiting again. */
  async #divide(table: string, ids: readonly Id[], error: unknown): Promise<void> {
    if (ids.length === 1) {
      this.#deps.staying.block({ table, id: ids[0] }, reasonOf(error));
      return;
    }
    const middle = ids.length >> 1;
    await this.#try(table, ids.slice(0, middle), (work) => work());
    await this.#try(table, ids.slice(middle), (work) => work());
  }

  async #refuseAll(items: ByTable, error: unknown): Promise<void> {
    const reason = reasonOf(error);
    for (const [table, ids] of Object.entries(items)) {
      await this.#stay(
        table,
        ids.map((id) => ({ id, reason, referred: isReferred(error) })),
      );
    }
  }

  async #stay(table: string, refusals: RefusedItems["refusals"]): Promise<void> {
    const { staying, askEach } = this.#deps;
    const kept = refusals.filter(({ referred }) => referred).map(({ id }) => id);
    const reasons = new Map(refusals.map(({ id, reason }) => [id, reason]));
    for (const { id, reason, referred } of refusals) {
      if (!referred) staying.block({ table, id }, reason);
    }
    if (kept.length === 0) return;
    const answers = await askEach(table, kept);
    kept.forEach((id, i) => {
      staying.keep({ table, id }, [...itemsIn(answers[i])], reasons.get(id) ?? "");
    });
  }

  /**
   * Those of `items` that nothing outside them refers to. What still does could not be deleted, or was
   * written since the scan: the next one finds it, as long as what it hangs on is there.
   */
  async #withoutReferred(items: ByTable): Promise<ByTable> {
    const { store, ask, askEach, staying } = this.#deps;
    if (store.refusesReferred) return items;
    const own = new Map(Object.entries(items).map(([table, ids]) => [table, new Set(ids)]));
    const isOutside = ({ table, id }: Item) => !own.get(table)?.has(id);
    const free: Item[] = [];
    for (const [table, ids] of Object.entries(items)) {
      let referred = false;
      await ask(table, ids, (answer) => {
        referred ||= [...itemsIn(answer)].some(isOutside);
      });
      const answers = referred ? await askEach(table, ids) : [];
      ids.forEach((id, i) => {
        const children = [...itemsIn(answers[i] ?? {})].filter(isOutside);
        if (children.length > 0) {
          staying.keep({ table, id }, children, `${children[0].table} still refers to it`);
        } else free.push({ table, id });
      });
    }
    return groupByTable(free);
  }
}

function isReferred(error: unknown): error is RefusedItems {
  return error instanceof RefusedItems && error.refusals.every(({ referred }) => referred);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
