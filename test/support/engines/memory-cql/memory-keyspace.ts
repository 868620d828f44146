import type { CqlRow, CqlValue } from "../../../../services/platform/storage/cql/session.ts";
import {
  type Bound,
  type BoundCondition,
  bind,
  bindCondition,
  boundValue,
  equal,
  equalities,
  holds,
} from "./bind.ts";
import { nameOf, newer, Partition } from "./cells.ts";
import { find, partitionsFor, pick, type SeenRow, type StoredTable, valuesOf } from "./find.ts";
import { parse } from "./parse.ts";
import type { Create, Select, Selected, Statement } from "./statement.ts";

export interface Outcome {
  readonly rows: readonly CqlRow[];
  readonly isApplied: boolean;
}

/**
 * A keyspace in memory: cells with times, of which the newest stays; conditional writes; ranges of tokens; nothing
 * expires. It knows the CQL of this project's adapters, and no more.
 */
export class MemoryKeyspace {
  readonly #tables = new Map<string, StoredTable>();
  readonly #parsed = new Map<string, readonly Statement[]>();
  /** µs; each statement has a time of its own. */
  nowUs: bigint;

  constructor(nowMs: number) {
    this.nowUs = BigInt(nowMs) * 1_000n;
  }

  /** As it is now, by itself. */
  copy(): MemoryKeyspace {
    const copy = new MemoryKeyspace(0);
    copy.nowUs = this.nowUs;
    for (const [name, { made, partitions }] of this.#tables) {
      const copied = [...partitions].map(([key, one]) => [key, one.copy()] as const);
      copy.#tables.set(name, { made, partitions: new Map(copied) });
    }
    return copy;
  }

  execute(query: string, values: readonly CqlValue[]): Outcome {
    this.nowUs++;
    const statements = this.#parsed.getOrInsertComputed(query, () => parse(query));
    const bound = [...values];
    const [first] = statements;
    if (first.kind === "create") return this.#create(first);
    if (first.kind === "select") return { rows: this.#select(first, bound), isApplied: true };
    const writes = statements.filter((one) => one.kind !== "select" && one.kind !== "create");
    const bindings = writes.map((write) => bind(write, bound));
    const refused = bindings.map((one) => this.#refused(one)).find((rows) => rows !== undefined);
    if (refused) return { rows: refused, isApplied: false };
    for (const one of bindings) this.#write(one);
    return { rows: [], isApplied: true };
  }

  #create(made: Create): Outcome {
    if (!this.#tables.has(made.table))
      this.#tables.set(made.table, { made, partitions: new Map() });
    return { rows: [], isApplied: true };
  }

  #tableOf(name: string): StoredTable {
    const table = this.#tables.get(name);
    if (!table) throw new Error(`no table ${name}`);
    return table;
  }

  #write({ write, sets, where, timestamp, ttl }: Bound): void {
    const table = this.#tableOf(write.table);
    const { made } = table;
    const known = { ...equalities(where), ...sets };
    const key = pick(known, made.partitionKey);
    const partition = table.partitions.getOrInsertComputed(nameOf(key), () => new Partition(key));
    const written = timestamp ?? this.nowUs;
    if (write.kind === "delete") {
      const ofKey = where.filter(({ columns }) => made.clustering.includes(columns[0]));
      partition.delete((values) => ofKey.every((one) => holds(one, values)), written);
      return;
    }
    const expires = ttl ? Number(this.nowUs / 1_000_000n) + ttl : undefined;
    const hasRow = made.clustering.every((name) => name in known);
    const row = hasRow ? partition.rowOf(pick(known, made.clustering)) : undefined;
    if (write.kind === "insert" && row) {
      row.marker = newer(row.marker, { value: true, written, expires });
    }
    for (const [name, value] of Object.entries(sets)) {
      const column = made.columns.find((one) => one.name === name);
      if (!column) throw new Error(`no column ${name} in ${made.table}`);
      if ([...made.partitionKey, ...made.clustering].includes(name)) continue;
      const cells = column.isStatic ? partition.statics : row?.cells;
      cells?.set(name, newer(cells.get(name), { value, written, expires }));
    }
  }

  /** Rows that speak against a conditional write; undefined: it may be done. */
  #refused({ write, sets, where, conditions }: Bound): readonly CqlRow[] | undefined {
    if (conditions === undefined) return undefined;
    const table = this.#tableOf(write.table);
    const known = { ...equalities(where), ...sets };
    const keys = pick(known, [...table.made.partitionKey, ...table.made.clustering]);
    const ofKey = Object.entries(keys).filter(([, value]) => value !== undefined);
    const isOfKey = ofKey.map(([name, value]) => equal(name, value));
    const [found] = find(table, isOfKey);
    const row = found ? { ...found.partition.key, ...valuesOf(table.made, found) } : undefined;
    // Static cells are there without the row.
    const [partition] = partitionsFor(table, isOfKey);
    const statics = [...(partition?.statics ?? [])].map(([name, { value }]) => [name, value]);
    const seen = { ...Object.fromEntries(statics), ...row };
    const isRefused =
      conditions.length === 0
        ? found !== undefined
        : !conditions.every((one) => holds(one, seen, true));
    if (!isRefused) return undefined;
    return [seen];
  }

  #select(select: Select, bound: CqlValue[]): readonly CqlRow[] {
    const where = select.where.map((one) => bindCondition(one, bound));
    const limit = select.limit && Number(boundValue(select.limit, bound));
    if (select.table.startsWith("system")) return this.#schema(select, where, limit);
    const table = this.#tableOf(select.table);
    let found = find(table, where);
    if (select.isReversed) found = found.toReversed();
    if (select.isDistinct) found = [...new Map(found.map((one) => [one.partition, one])).values()];
    const read = (one: SeenRow) => this.#read(select.selected, table.made, one);
    if (select.selected.some(({ what }) => what === "sum" || what === "count"))
      return [aggregate(select.selected, found.map(read))];
    return found.slice(0, limit).map(read);
  }

  #read(selected: readonly Selected[], made: Create, one: SeenRow): CqlRow {
    const values = valuesOf(made, one);
    const read: Record<string, unknown> = {};
    for (const { what, column, as } of selected) {
      const cell = one.cells.get(column) ?? one.partition.statics.get(column);
      const left = cell?.expires && cell.expires - Number(this.nowUs / 1_000_000n);
      if (what === "writetime") read[as] = cell?.written ?? null;
      else if (what === "ttl") read[as] = left ?? null;
      else if (what === "token") read[as] = one.partition.token;
      else if (what === "now") read[as] = this.nowUs / 1_000n;
      else read[as] = { ...one.partition.key, ...values }[column] ?? null;
      if (what === "sum" || what === "count") read[as] = values[column] ?? null;
    }
    return read;
  }

  /** Tables, or their columns: of the keyspace that is asked for, whichever that is. */
  #schema({ table }: Select, where: readonly BoundCondition[], limit?: number): readonly CqlRow[] {
    const named = where.filter(({ columns: [name] }) => name !== "keyspace_name");
    const made = [...this.#tables.values()].map((one) => one.made);
    const rows = made.flatMap(({ table: table_name, columns, partitionKey, clustering }) => {
      if (table.endsWith("tables")) return [{ table_name }];
      return columns.map(({ name, type, isStatic }) => {
        const [inPartition, inRow] = [partitionKey, clustering].map((key) => key.indexOf(name));
        const kind =
          inPartition >= 0
            ? "partition_key"
            : inRow >= 0
              ? "clustering"
              : isStatic
                ? "static"
                : "regular";
        const position = Math.max(inPartition, inRow);
        return { table_name, column_name: name, kind, position, type };
      });
    });
    return rows.filter((row) => named.every((one) => holds(one, row))).slice(0, limit);
  }
}

function aggregate(selected: readonly Selected[], rows: readonly CqlRow[]): CqlRow {
  return Object.fromEntries(
    selected.map(({ what, as }) => {
      const values = rows.map((row) => row[as]).filter((value) => value !== null);
      const sum = values.reduce<number>((total, value) => total + Number(value), 0);
      return [as, BigInt(what === "sum" ? sum : values.length)];
    }),
  );
}
