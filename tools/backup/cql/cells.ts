import type { CqlRow, CqlValue } from "../../../services/platform/storage/cql/session.ts";
import { type Column, isKey, type Table } from "./columns.ts";

/** One value as it was stored: when it was written, µs as a text, and when it ends, Unix s, if it does. */
export interface Cell {
  readonly value: CqlValue;
  readonly written: string;
  readonly expires: number | undefined;
}

/** One row: its key, and the cells that are there. A partition's static cells come with its first row. */
export interface Cells {
  readonly key: readonly CqlValue[];
  readonly cells: ReadonlyMap<string, Cell>;
}

type StoredValue = string | number | boolean | null;
/**
 * As a line of JSON: the key's values, then [value, written, expires] or null for each other column. With its end
 * in place of what it has to live, a cell that stays the same has the same line in every backup.
 */
export type Line = readonly (StoredValue | readonly [StoredValue, string, number | null])[];

export const writtenAs = (name: string) => `${name}_written`;
export const ttlAs = (name: string) => `${name}_ttl`;
/** The time of the node that answered, ms. */
export const READ_AT = "read_at_ms";

/** The row as a line, with the columns in the order of the table. */
export function lineOf(table: Table, row: CqlRow): Line {
  const readS = Math.floor(Number(row[READ_AT]) / MS_PER_S);
  return table.columns.map((column) => {
    const value = stored(column, row[column.name] as CqlValue);
    if (isKey(column) || value === null) return value;
    const ttl = row[ttlAs(column.name)] as number | null;
    return [value, String(row[writtenAs(column.name)]), ttl ? readS + ttl : null];
  });
}

/** What a line says. `columns`: of the table as it was when the line was written. */
export function cellsOf(columns: readonly Column[], line: Line): Cells {
  const cells = new Map<string, Cell>();
  const key: CqlValue[] = [];
  for (const [i, column] of columns.entries()) {
    const found = line[i];
    if (Array.isArray(found)) {
      const [value, written, expires] = found;
      cells.set(column.name, {
        value: restored(column, value),
        written,
        expires: expires ?? undefined,
      });
    } else if (isKey(column)) key.push(restored(column, found as StoredValue));
  }
  return { key, cells };
}

const MS_PER_S = 1_000;
const BIG = new Set(["bigint", "counter", "varint"]);

function stored({ name, type }: Column, value: CqlValue | undefined): StoredValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "bigint") return String(value);
  if (typeof value === "object")
    throw new Error(`column ${name} has a type that nobody copies: ${type}`);
  return value;
}

function restored({ type }: Column, value: StoredValue): CqlValue {
  if (value === null) return null;
  if (type === "blob") return Buffer.from(value as string, "base64");
  return BIG.has(type) ? BigInt(value as string) : value;
}
