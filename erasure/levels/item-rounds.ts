import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { idsIn } from "../by-table.ts";
import type { ByTable, Id } from "../ports.ts";
import { BatchLog } from "../spill/batch-log.ts";
import type { FoundItems } from "../spill/found-items.ts";
import type { WalkDeps } from "../walk-deps.ts";
import { condense, type Rest } from "./condense.ts";
import type { TableGroup } from "./table-levels.ts";

/** The items of tables that refer to each other, in an order in which nothing comes before its parents. */
export interface ItemRounds {
  /** Rounds of items of which none refers to another: batches by the number of their table in the group. */
  readonly rounds: BatchLog;
  /** Where each round ends among the batches. */
  readonly marks: readonly number[];
  /** What stands in cycles of items, or hangs below one: deeper than all rounds. */
  readonly rest: Rest;
}

/**
 * Sorts the items of a group by the longest path within it (Kahn 1962): counts what each refers to, and
 * takes, round by round, those that refer to earlier rounds only. Asks the store twice for each item and
 * holds 4 bytes an item in memory. What is left stands in cycles, and is condensed.
 */
export async function itemRounds(
  deps: WalkDeps,
  found: FoundItems,
  group: TableGroup,
): Promise<ItemRounds> {
  const sort = new RoundSort(deps, found, group);
  await sort.countParents();
  const marks = await sort.takeRounds();
  const rest = await condense(deps, sort.untaken(), found);
  return { rounds: sort.rounds, marks, rest };
}

interface TableBatch {
  readonly table: string;
  readonly ids: readonly Id[];
}

interface Child {
  readonly table: string;
  readonly id: Id;
  readonly number: number;
}

class RoundSort {
  readonly rounds: BatchLog;
  readonly #deps: WalkDeps;
  readonly #found: FoundItems;
  readonly #tables: readonly string[];
  /** Parents within the group that are in no round yet, by the item's number. */
  readonly #waitingFor: Int32Array;

  constructor(deps: WalkDeps, found: FoundItems, { tables }: TableGroup) {
    this.#deps = deps;
    this.#found = found;
    this.#tables = tables;
    this.#waitingFor = new Int32Array(found.count);
    const { batchItems, memoryItems, folder } = deps;
    const kindOf = (key: number) => found.kindOf(tables[key]);
    this.rounds = new BatchLog({ folder, batchItems, memoryItems: memoryItems / 4, kindOf });
  }

  async countParents(): Promise<void> {
    await inParallel(this.#deps.workers, this.#batches(), (batch) =>
      this.#eachChild(batch, ({ number }) => {
        this.#waitingFor[number] += 1;
      }),
    );
  }

  async takeRounds(): Promise<readonly number[]> {
    const marks: number[] = [];
    for (const batch of this.#batches()) {
      const free = this.#pick(batch, (waiting) => waiting === 0);
      this.rounds.push(this.#tables.indexOf(batch.table), free);
    }
    for (let from = 0, to = this.rounds.mark(); to > from; from = to, to = this.rounds.mark()) {
      marks.push(to);
      const round = this.rounds.batches(from, to);
      await inParallel(this.#deps.workers, round, ({ key, ids }) =>
        this.#eachChild({ table: this.#tables[key], ids }, ({ table, id, number }) => {
          this.#waitingFor[number] -= 1;
          if (this.#waitingFor[number] === 0) this.rounds.push(this.#tables.indexOf(table), [id]);
        }),
      );
    }
    return marks;
  }

  *untaken(): Generator<TableBatch> {
    for (const batch of this.#batches()) {
      yield { table: batch.table, ids: this.#pick(batch, (waiting) => waiting > 0) };
    }
  }

  *#batches(): Generator<TableBatch> {
    for (const table of this.#tables) {
      for (const ids of this.#found.batches(table, this.#deps.batchItems)) yield { table, ids };
    }
  }

  #pick({ table, ids }: TableBatch, choose: (waiting: number) => boolean): readonly Id[] {
    const numbers = this.#found.numbersOf(table, ids);
    return ids.filter((_, i) => choose(this.#waitingFor[numbers[i]]));
  }

  async #eachChild({ table, ids }: TableBatch, take: (child: Child) => void): Promise<void> {
    const answers = await this.#deps.askEach(table, ids);
    for (let i = 0; i < ids.length; i++) {
      for (const child of this.#childrenIn(answers[i])) {
        // An item that refers to itself alone waits for nobody.
        if (child.table !== table || child.id !== ids[i]) take(child);
      }
    }
  }

  /** What was found in the group, each once; what was written since then waits for the next scan. */
  *#childrenIn(answer: ByTable): Generator<Child> {
    for (const table of this.#tables) {
      const ids = [...new Set(idsIn(answer, table))];
      if (ids.length === 0) continue;
      const numbers = this.#found.numbersOf(table, ids);
      for (let i = 0; i < ids.length; i++) {
        if (numbers[i] >= 0) yield { table, id: ids[i], number: numbers[i] };
      }
    }
  }
}
