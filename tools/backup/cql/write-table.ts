import type { Client } from "cassandra-driver";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import type { CqlStatement, CqlValue } from "../../../services/platform/storage/cql/session.ts";
import { type Cell, cellsOf, type Line } from "./cells.ts";
import { type Column, isKey } from "./columns.ts";

const STATEMENTS_AT_ONCE = 64;
const STATEMENTS_KEPT = 4_000;
const NO_TTL = 0;

/** A row of a table by its columns; without cells, a key alone. */
export interface Row {
  readonly table: string;
  readonly key: Readonly<Record<string, CqlValue>>;
  readonly cells: ReadonlyMap<string, Cell>;
}

/** What else is to be written for a row that is written. */
export type RowsFor = (row: Row) => readonly Row[];

export interface Writing {
  readonly table: string;
  readonly nowMs: number;
  readonly rowsFor: RowsFor;
}

/** Writes rows back from lines of JSON, each cell with the time at which it was written, and what it has still to live. */
export async function writeRange(
  client: Pick<Client, "execute">,
  lines: AsyncIterable<string>,
  { table, nowMs, rowsFor }: Writing,
): Promise<void> {
  let columns: readonly Column[] | undefined;
  let some: CqlStatement[] = [];
  const write = async () => {
    await inParallel(STATEMENTS_AT_ONCE, some, ({ query, values }) =>
      client.execute(query, [...values], { prepare: true, isIdempotent: true }),
    );
    some = [];
  };
  for await (const line of lines) {
    if (columns === undefined) {
      columns = JSON.parse(line) as readonly Column[];
      continue;
    }
    for (const row of rowsOf(table, columns, JSON.parse(line) as Line)) {
      for (const one of [row, ...rowsFor(row)]) some.push(...statementsOf(one, nowMs));
    }
    if (some.length >= STATEMENTS_KEPT) await write();
  }
  await write();
}

/** What a line says: a row, and a partition's static cells, which have no clustering key. */
export function rowsOf(table: string, columns: readonly Column[], line: Line): readonly Row[] {
  const { key, cells } = cellsOf(columns, line);
  const keys = columns.filter(isKey);
  const keyOf = (some: readonly Column[]) =>
    Object.fromEntries(some.map(({ name }, i) => [name, key[i]]));
  if (keys.length === columns.length) return [{ table, key: keyOf(keys), cells }];
  const rows = (["static", "regular"] as const).map((kind) => {
    const names = columns.flatMap((column) => (column.kind === kind ? [column.name] : []));
    const found = names.flatMap((name) => {
      const cell = cells.get(name);
      return cell ? [[name, cell] as const] : [];
    });
    const isOfRow = (column: Column) => kind === "regular" || column.kind === "partition_key";
    return { table, key: keyOf(keys.filter(isOfRow)), cells: new Map(found) };
  });
  return rows.filter((row) => row.cells.size > 0);
}

/** Statements that make a row as it was. */
export function statementsOf({ table, key, cells }: Row, nowMs: number): readonly CqlStatement[] {
  if (cells.size === 0) return [keyAlone(table, key)];
  const where = `WHERE ${Object.keys(key)
    .map((name) => `${name} = ?`)
    .join(" AND ")}`;
  return writtenAlike(cells, nowMs).map(({ names, values, written, ttl }) => {
    const set = names.map((name) => `${name} = ?`).join(", ");
    return {
      query: `UPDATE ${table} USING TIMESTAMP ? AND TTL ? SET ${set} ${where}`,
      values: [BigInt(written), ttl, ...values, ...Object.values(key)],
    };
  });
}

/** It lives as long as a new one of its table: a key by itself tells no time. */
function keyAlone(table: string, key: Row["key"]): CqlStatement {
  const names = Object.keys(key);
  const marks = names.map(() => "?").join(", ");
  const query = `INSERT INTO ${table} (${names.join(", ")}) VALUES (${marks})`;
  return { query, values: Object.values(key) };
}

interface Alike {
  readonly names: string[];
  readonly values: CqlValue[];
  readonly written: string;
  readonly ttl: number;
}

/** Those cells together that were written at one time and end at one. */
function writtenAlike(cells: Row["cells"], nowMs: number): readonly Alike[] {
  const found = new Map<string, Alike>();
  for (const [name, cell] of cells) {
    const ttl = ttlLeft(cell, nowMs);
    if (ttl === undefined) continue;
    const { written, value } = cell;
    const alike = found.getOrInsertComputed(`${written} ${ttl}`, () => {
      return { names: [], values: [], written, ttl };
    });
    alike.names.push(name);
    alike.values.push(value);
  }
  return [...found.values()];
}

/** Undefined: it has ended. */
function ttlLeft({ expires }: Cell, nowMs: number): number | undefined {
  if (expires === undefined) return NO_TTL;
  const left = expires - Math.floor(nowMs / 1_000);
  return left > 0 ? left : undefined;
}
