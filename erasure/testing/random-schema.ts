import type { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import type { Item } from "../ports.ts";
import type { Reference } from "./memory-store.ts";

/** How the rows of a table are known. */
const KEYS = ["integer", "text", "composite", "without-rowid"] as const;
type KeyKind = (typeof KEYS)[number];

interface KeyDraft {
  readonly parent: number;
  readonly nullable: boolean;
  readonly deferred: boolean;
  readonly indexed: boolean;
  readonly action: string;
}

interface TableDraft {
  readonly key: KeyKind;
  readonly foreignKeys: readonly KeyDraft[];
}

export interface SchemaDraft {
  readonly tables: readonly TableDraft[];
  /** The table of each row, and for each of its foreign keys the row it refers to, modulo what there is. */
  readonly rows: readonly { readonly table: number; readonly refers: readonly number[] }[];
}

/** A made-up database: its SQL, and what its rows refer to. */
export interface MadeDatabase {
  readonly sql: string;
  /** Ids are the number of the row. */
  readonly items: readonly Item[];
  readonly references: readonly Reference[];
}

/** Up to 5 tables with up to 3 keys each: composite, parallel, to themselves, in circles of NOT NULL. */
export const schemas = (actions: readonly string[]): fc.Arbitrary<SchemaDraft> =>
  fc.record({
    tables: fc.array(
      fc.record({
        key: fc.constantFrom(...KEYS),
        foreignKeys: fc.array(
          fc.record({
            parent: fc.nat(4),
            nullable: fc.boolean(),
            deferred: fc.boolean(),
            indexed: fc.boolean(),
            action: fc.constantFrom(...actions),
          }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    rows: fc.array(
      fc.record({ table: fc.nat(4), refers: fc.array(fc.nat(40), { minLength: 3, maxLength: 3 }) }),
      { minLength: 1, maxLength: 40 },
    ),
  });

export const tableName = (number: number) => `t${number}`;

/** The columns of a table's key, their types, and their values in row `n`. */
const KEY_COLUMNS: Readonly<
  Record<KeyKind, readonly (readonly [string, (n: number) => string])[]>
> = {
  integer: [["id INTEGER", (n) => `${n + 1}`]],
  text: [["name TEXT", (n) => `'it''s ${n}'`]],
  composite: [
    ["a INTEGER", (n) => `${n % 3}`],
    ["b TEXT", (n) => `'${n}'`],
  ],
  "without-rowid": [
    ["k TEXT", (n) => `'${n % 2}'`],
    ["m BLOB", (n) => `X'00${(n + 16).toString(16)}'`],
  ],
};

export function makeDatabase({ tables, rows }: SchemaDraft): MadeDatabase {
  const placed = rows.map((row) => ({ ...row, table: row.table % tables.length }));
  const filled = new Set(placed.map(({ table }) => table));
  const sql = tables.map((table, number) => createTable(table, number, { tables, filled }));
  const items: Item[] = [];
  const references: Reference[] = [];
  const rowsOf = (table: number) => placed.flatMap((row, n) => (row.table === table ? [n] : []));
  placed.forEach(({ table, refers }, n) => {
    const item = { table: tableName(table), id: n };
    items.push(item);
    const { key, foreignKeys } = tables[table];
    const values = KEY_COLUMNS[key].map(([, value]) => value(n));
    foreignKeys.forEach(({ parent, nullable }, i) => {
      const target = parent % tables.length;
      const choices = rowsOf(target);
      const columns = KEY_COLUMNS[tables[target].key];
      const chosen =
        nullable && refers[i] % 4 === 0 ? undefined : choices[refers[i] % choices.length];
      if (chosen !== undefined) {
        references.push({ from: item, to: { table: tableName(target), id: chosen } });
      }
      values.push(...columns.map(([, value]) => (chosen === undefined ? "NULL" : value(chosen))));
    });
    sql.push(`INSERT INTO ${tableName(table)} VALUES (${values}, ${n}, 'body ${n}')`);
  });
  return { sql: sql.join(";\n"), items, references };
}

interface Others {
  readonly tables: readonly TableDraft[];
  /** Tables that have rows: only a key to one of these can be NOT NULL. */
  readonly filled: ReadonlySet<number>;
}

function createTable(table: TableDraft, number: number, { tables, filled }: Others): string {
  const key = KEY_COLUMNS[table.key].map(([column]) => column);
  const names = key.map((column) => column.split(" ")[0]);
  const columns = [...key];
  const constraints = [`PRIMARY KEY (${names})`];
  const indexes: string[] = [];
  table.foreignKeys.forEach(({ parent, nullable, deferred, indexed, action }, i) => {
    const target = parent % tables.length;
    const parentKey = KEY_COLUMNS[tables[target].key].map(([column]) => column.split(" "));
    const own = parentKey.map(([name]) => `f${i}_${name}`);
    const must = !nullable && filled.has(target) ? "NOT NULL" : "";
    columns.push(...parentKey.map(([, type], j) => `${own[j]} ${type} ${must}`));
    const to = `${tableName(target)} (${parentKey.map(([name]) => name)})`;
    const when = deferred ? "DEFERRABLE INITIALLY DEFERRED" : "";
    constraints.push(`FOREIGN KEY (${own}) REFERENCES ${to} ${action} ${when}`);
    if (indexed) indexes.push(`;CREATE INDEX i${number}_${i} ON ${tableName(number)} (${own})`);
  });
  columns.push("n INTEGER", "body TEXT");
  const end = table.key === "without-rowid" ? "WITHOUT ROWID" : "";
  const head = `CREATE TABLE ${tableName(number)} (${[...columns, ...constraints]}) ${end}`;
  return `${head}${indexes.join("")}`;
}

/** Every row, with all its columns, as SQLite writes them; by `table:n`. */
export function dump(database: DatabaseSync, tables: number): Map<string, string> {
  const rows = new Map<string, string>();
  for (let t = 0; t < tables; t++) {
    for (const row of database.prepare(`SELECT * FROM ${tableName(t)}`).all()) {
      const text = Object.values(row).map((value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString("hex") : JSON.stringify(value),
      );
      rows.set(`${tableName(t)}:${row.n}`, text.join());
    }
  }
  return rows;
}
