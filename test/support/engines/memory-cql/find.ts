import { type BoundCondition, compare, equalities, holds } from "./bind.ts";
import {
  compareValues,
  nameOf,
  type Partition,
  type StoredCell,
  type StoredRow,
  type Values,
} from "./cells.ts";
import type { Create } from "./statement.ts";

export interface StoredTable {
  readonly made: Create;
  readonly partitions: Map<string, Partition>;
}

/** A row as a condition or a selection sees it. */
export interface SeenRow {
  readonly partition: Partition;
  /** Undefined: of a partition that has static cells alone. */
  readonly row: StoredRow | undefined;
  readonly cells: ReadonlyMap<string, StoredCell>;
}

/** Rows in the order of tokens and keys. */
export function find(table: StoredTable, where: readonly BoundCondition[]): SeenRow[] {
  const { made } = table;
  const found = partitionsFor(table, where)
    .sort((a, b) => (a.token < b.token ? -1 : 1))
    .flatMap((partition) => seenIn(partition, made.isDescending));
  return found.filter((one) => {
    const values = { ...one.partition.key, ...valuesOf(made, one) };
    return where.every((condition) =>
      condition.isToken
        ? compare(one.partition.token, condition.operator, condition.values[0])
        : holds(condition, values),
    );
  });
}

/** One, when its whole key is named. */
export function partitionsFor(
  { made, partitions }: StoredTable,
  where: readonly BoundCondition[],
): Partition[] {
  const named = equalities(where);
  if (!made.partitionKey.every((name) => name in named)) return [...partitions.values()];
  const one = partitions.get(nameOf(pick(named, made.partitionKey)));
  return one ? [one] : [];
}

function seenIn(partition: Partition, isDescending: boolean): readonly SeenRow[] {
  const rows = [...partition.rows.values()].flatMap((row) => {
    const cells = partition.seen(row);
    return cells ? [{ partition, row, cells }] : [];
  });
  rows.sort((a, b) => compareKeys(a.row.key, b.row.key) * (isDescending ? -1 : 1));
  const isStaticAlone = rows.length === 0 && partition.statics.size > 0;
  return isStaticAlone ? [{ partition, row: undefined, cells: new Map() }] : rows;
}

function compareKeys(a: Values, b: Values): number {
  for (const name of Object.keys(a)) {
    const order = compareValues(a[name], b[name]);
    if (order !== 0) return order;
  }
  return 0;
}

/** All but the partition's key; null where nothing is. */
export function valuesOf({ columns }: Create, { partition, row, cells }: SeenRow): Values {
  return Object.fromEntries(
    columns
      .filter(({ name }) => !(name in partition.key))
      .map(({ name }) => {
        const cell = cells.get(name) ?? partition.statics.get(name);
        return [name, row?.key[name] ?? cell?.value ?? null];
      }),
  );
}

export function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
