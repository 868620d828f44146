import type { Id } from "../ports.ts";

/** A set of items, each with the path it was first found by and a number of its own. */
export interface ItemSet {
  /** Adds ids, all different; returns those that were new. Their numbers follow from `firstNumber`. */
  add(table: string, ids: readonly Id[], path: number): readonly Id[];
  /** The number of each, counted from 0 in the order of adding; -1: not in the set. */
  numbersOf(table: string, ids: readonly Id[]): readonly number[];
  pathOf(table: string, id: Id): number | undefined;
  /** The ids of a table, in batches. */
  batches(table: string, batchItems: number): Iterable<readonly Id[]>;
  readonly count: number;
  [Symbol.dispose](): void;
}
