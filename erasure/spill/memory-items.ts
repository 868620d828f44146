import type { Id } from "../ports.ts";
import type { ItemSet } from "./item-set.ts";

/** Path and number share one JavaScript number: 22 bits and 31. */
const NUMBERS = 2 ** 31;

/** An ItemSet of maps. */
export class MemoryItems implements ItemSet {
  readonly #tables = new Map<string, Map<Id, number>>();
  count = 0;

  add(table: string, ids: readonly Id[], path: number): readonly Id[] {
    const items = this.#tables.get(table) ?? new Map<Id, number>();
    this.#tables.set(table, items);
    const fresh: Id[] = [];
    for (const id of ids) {
      if (items.has(id)) continue;
      items.set(id, path * NUMBERS + this.count);
      this.count += 1;
      fresh.push(id);
    }
    return fresh;
  }

  numbersOf(table: string, ids: readonly Id[]): readonly number[] {
    const items = this.#tables.get(table);
    return ids.map((id) => {
      const value = items?.get(id);
      return value === undefined ? -1 : value % NUMBERS;
    });
  }

  pathOf(table: string, id: Id): number | undefined {
    const value = this.#tables.get(table)?.get(id);
    return value === undefined ? undefined : Math.floor(value / NUMBERS);
  }

  *batches(table: string, batchItems: number): Generator<readonly Id[]> {
    let batch: Id[] = [];
    for (const id of this.#tables.get(table)?.keys() ?? []) {
      batch.push(id);
      if (batch.length < batchItems) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Everything, in the order in which it was added, in runs of one table and path. */
  *inOrder(): Generator<readonly [table: string, path: number, ids: readonly Id[]]> {
    const order: { table: string; id: Id; path: number }[] = new Array(this.count);
    for (const [table, items] of this.#tables) {
      for (const [id, value] of items) {
        order[value % NUMBERS] = { table, id, path: Math.floor(value / NUMBERS) };
      }
    }
    for (let from = 0; from < order.length; ) {
      const { table, path } = order[from];
      let to = from + 1;
      while (to < order.length && order[to].table === table && order[to].path === path) to += 1;
      yield [table, path, order.slice(from, to).map(({ id }) => id)];
      from = to;
    }
  }

  [Symbol.dispose](): void {
    this.#tables.clear();
  }
}
