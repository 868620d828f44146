import type { Client } from "cassandra-driver";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import type { CqlStatement, CqlValue } from "../../../services/platform/storage/cql/session.ts";
import { type Cell, type Cells, cellsOf, type Line } from "./cells.ts";
import { type Column, isKey } from "./columns.ts";

const STATEMENTS_AT_ONCE = 64;
const LINES_AT_ONCE = 2_000;
const NO_TTL = 0;

/** Writes rows back from lines of JSON, each cell with the time at which it was written, and what it has still to live. */
export async function writeRange(
  client: Client,
  table: string,
  lines: AsyncIterable<string>,
  nowMs: number,
): Promise<number> {
  let columns: readonly Column[] | undefined;
  let count = 0;
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
    some.push(...statementsOf(table, columns, JSON.parse(line) as Line, nowMs));
    count++;
    if (some.length >= LINES_AT_ONCE) await write();
  }
  await write();
  return count;
}

/** Statements that make a row as it was. A row of one partition's static cells alone has no clustering key. */
export function statementsOf(
  table: string,
  columns: readonly Column[],
  line: Line,
  nowMs: number,
): readonly CqlStatement[] {
  const { key, cells } = cellsOf(columns, line);
  if (!columns.some((column) => !isKey(column))) return [keyAlone(table, columns, key)];
  const statements: CqlStatement[] = [];
  for (const kind of ["static", "regular"] as const) {
    const names = columns.flatMap((column) => (column.kind === kind ? [column.name] : []));
    const keys = columns.filter((column) =>
      kind === "static" ? column.kind === "partition_key" : isKey(column),
    );
    const where = `WHERE ${keys.map(({ name }) => `${name} = ?`).join(" AND ")}`;
    for (const alike of writtenAlike({ key, cells }, names, nowMs)) {
      const set = alike.names.map((name) => `${name} = ?`).join(", ");
      const query = `UPDATE ${table} USING TIMESTAMP ? AND TTL ? SET ${set} ${where}`;
      const values = [BigInt(alike.written), alike.ttl, ...alike.values];
      statements.push({ query, values: [...values, ...key.slice(0, keys.length)] });
    }
  }
  return statements;
}

/** It lives as long as a new one of its table: a key by itself tells no time. */
function keyAlone(table: string, columns: readonly Column[], key: readonly CqlValue[]) {
  const names = columns.map(({ name }) => name).join(", ");
  const marks = columns.map(() => "?").join(", ");
  return { query: `INSERT INTO ${table} (${names}) VALUES (${marks})`, values: key };
}

interface Alike {
  readonly names: string[];
  readonly values: CqlValue[];
  readonly written: string;
  readonly ttl: number;
}

/** The cells of these columns, those together that were written at one time and end at one. */
function writtenAlike({ cells }: Cells, names: readonly string[], nowMs: number): readonly Alike[] {
  const found = new Map<string, Alike>();
  for (const name of names) {
    const cell = cells.get(name);
    const ttl = cell && ttlLeft(cell, nowMs);
    if (cell === undefined || ttl === undefined) continue;
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
