import { itemsIn } from "../../erasure/by-table.ts";
import type { Id, Item, ItemStore } from "../../erasure/ports.ts";

/** Calls of the store at one time. */
const AT_ONCE = 100;

/**
 * What one would write first: a task an item, 100 at a time, children before parents. With the slips mended:
 * an item that several lead to is one task, which all wait for, and a cycle waits for nobody twice.
 */
export async function naiveErase(store: ItemStore, root: Item): Promise<number> {
  const tasks = new Map<string, Promise<void>>();
  const permits = new Permits(AT_ONCE);
  const erase = async ({ table, id }: Item): Promise<void> => {
    const children = await permits.run(() => childrenOf(store, table, id));
    await Promise.all(children.map(taskOf));
    await permits.run(async () => store.delete(table, [id]));
  };
  const taskOf = (item: Item): Promise<void> => {
    const key = `${item.table} ${item.id}`;
    const known = tasks.get(key);
    if (known) return known;
    const task = erase(item);
    tasks.set(key, task);
    return task;
  };
  await taskOf(root);
  return tasks.size;
}

async function childrenOf(store: ItemStore, table: string, id: Id): Promise<readonly Item[]> {
  const items: Item[] = [];
  const answer = store.getForeignKeys(table, [id]);
  if (Symbol.asyncIterator in answer) {
    for await (const part of answer) items.push(...itemsIn(part));
  } else items.push(...itemsIn(await answer));
  return items;
}

/** So many at a time; the others wait in line. */
class Permits {
  #free: number;
  readonly #line: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#line.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
