import type { DatabaseSync } from "node:sqlite";
import { folded, quoted } from "./quoted.ts";

/** A table as SQLite's catalog knows it. */
export interface SqlTable {
  readonly name: string;
  /** A name by which the rowid can be read; undefined: WITHOUT ROWID. */
  readonly rowid: string | undefined;
  /** The columns of the primary key, in its order; empty: there is none but the rowid. */
  readonly primaryKey: readonly string[];
  readonly columns: ReadonlyMap<string, SqlColumn>;
}

export interface SqlColumn {
  readonly name: string;
  /** An SQL expression; undefined: NULL. */
  readonly defaultValue: string | undefined;
  /** What is put there stays as it is, number or text: SQLite's affinity BLOB. */
  readonly keepsTypes: boolean;
  /** NOT NULL, or the rowid. */
  readonly refusesNull: boolean;
}

export interface ForeignKey {
  /** "likes(post_id) -> posts(id)" */
  readonly name: string;
  readonly child: SqlTable;
  readonly childColumns: readonly string[];
  readonly parent: SqlTable;
  readonly parentColumns: readonly string[];
  /** What the schema wants of the child: to go too, or to stay with the reference set to something else. */
  readonly onDelete: "delete" | "set-null" | "set-default";
  /** The child can be found by the first of these columns without reading the whole table. */
  readonly indexed: boolean;
}

export interface Catalog {
  /** By name, in lower case: SQLite's names know no case. */
  readonly tables: ReadonlyMap<string, SqlTable>;
  /** Tables with triggers, in lower case: what is done to them may turn out otherwise. */
  readonly triggered: ReadonlySet<string>;
  readonly foreignKeys: readonly ForeignKey[];
}

/** A schema that nothing can be erased from. Names every mistake. */
export class CatalogError extends Error {
  override readonly name = "CatalogError";
}

const ON_DELETE: Readonly<Record<string, ForeignKey["onDelete"]>> = {
  "SET NULL": "set-null",
  "SET DEFAULT": "set-default",
};

/** Reads tables and foreign keys of the main database. Throws CatalogError naming all that lead nowhere. */
export function readCatalog(database: DatabaseSync): Catalog {
  const pragma = (name: string, of?: string) =>
    database
      .prepare(`PRAGMA main.${name}${of === undefined ? "" : `(${quoted(of)})`}`)
      .all() as Row[];
  const tables = new Map<string, SqlTable>();
  const list = pragma("table_list")
    .filter(({ schema, type }) => schema === "main" && type === "table")
    .map(({ name, wr, strict }) => ({
      ...{ name: String(name), withoutRowid: wr === 1, isStrict: strict === 1 },
      keyIsRowid: !pragma("index_list", String(name)).some(({ origin }) => origin === "pk"),
    }))
    .filter(({ name }) => !folded(name).startsWith("sqlite_"))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, ...kind } of list) {
    tables.set(folded(name), tableOf(name, kind, pragma("table_xinfo", name)));
  }
  const problems: string[] = [];
  const foreignKeys: ForeignKey[] = [];
  for (const child of tables.values()) {
    const parts = pragma("foreign_key_list", child.name).sort(
      (a, b) => Number(a.id) - Number(b.id) || Number(a.seq) - Number(b.seq),
    );
    for (const key of Map.groupBy(parts, ({ id }) => id).values()) {
      const found = foreignKeyOf(child, key, tables, pragma);
      if (typeof found === "string") problems.push(found);
      else foreignKeys.push(found);
    }
  }
  if (problems.length > 0) {
    throw new CatalogError(`foreign keys lead nowhere: ${problems.join("; ")}`);
  }
  const triggers = database
    .prepare("SELECT lower(tbl_name) AS name FROM main.sqlite_schema WHERE type = 'trigger'")
    .all();
  return { tables, foreignKeys, triggered: new Set(triggers.map(({ name }) => String(name))) };
}

type Row = Readonly<Record<string, string | number | null>>;
/** The rows of a pragma. Never as a function, as which a table of the file may be called. */
type Pragma = (name: string, of: string) => Row[];

interface TableKind {
  readonly withoutRowid: boolean;
  readonly isStrict: boolean;
  /** The primary key, if there is any. */
  readonly keyIsRowid: boolean;
}

/** SQLite, Datatypes, 3.1; in a strict table ANY has none. */
function keepsTypes(declared: string, { isStrict }: TableKind): boolean {
  if (isStrict && declared.toUpperCase() === "ANY") return true;
  return !/INT|CHAR|CLOB|TEXT/i.test(declared) && (declared === "" || /BLOB/i.test(declared));
}

function tableOf(name: string, kind: TableKind, rows: readonly Row[]): SqlTable {
  const columns = new Map(
    rows.map((row) => {
      const { name: column, dflt_value: value, type } = row;
      const defaultValue = value === null ? undefined : defaultOf(String(value));
      const what = {
        name: String(column),
        defaultValue,
        keepsTypes: keepsTypes(String(type), kind),
        refusesNull: row.notnull === 1 || (Number(row.pk) > 0 && kind.keyIsRowid),
      };
      return [folded(String(column)), what];
    }),
  );
  const primaryKey = rows
    .filter(({ pk }) => Number(pk) > 0)
    .sort((a, b) => Number(a.pk) - Number(b.pk))
    .map((row) => String(row.name));
  const rowid = ["rowid", "_rowid_", "oid"].find((alias) => !columns.has(alias));
  if (!kind.withoutRowid && !rowid) {
    throw new CatalogError(`table ${name} has columns rowid, _rowid_ and oid: its rows have no id`);
  }
  return { name, rowid: kind.withoutRowid ? undefined : rowid, primaryKey, columns };
}

const WORDS = /^(?:NULL|TRUE|FALSE|CURRENT_(?:DATE|TIME|TIMESTAMP))$/i;

/** A bare or quoted name after DEFAULT is a text. Elsewhere it would be a column. */
function defaultOf(value: string): string {
  const [, inQuotes] = /^"((?:[^"]|"")*)"$/.exec(value) ?? [];
  const isName = /^[A-Za-z_][\w$]*$/.test(value) && !WORDS.test(value);
  if (inQuotes === undefined && !isName) return value;
  const text = inQuotes === undefined ? value : inQuotes.replaceAll('""', '"');
  return `'${text.replaceAll("'", "''")}'`;
}

function foreignKeyOf(
  child: SqlTable,
  parts: readonly Row[],
  tables: ReadonlyMap<string, SqlTable>,
  pragma: Pragma,
): ForeignKey | string {
  const [{ table, on_delete }] = parts;
  const childColumns = parts.map(({ from }) => String(from));
  const parent = tables.get(folded(String(table)));
  const start = `${child.name}(${childColumns})`;
  if (!parent) return `${start} -> ${table}: there is no such table`;
  const named = parts.map(({ to }) => to);
  const parentColumns = named[0] === null ? parent.primaryKey : named.map(String);
  const name = `${start} -> ${parent.name}(${parentColumns})`;
  const missing = parentColumns.find((column) => !parent.columns.has(folded(column)));
  if (missing) return `${name}: there is no column ${missing}`;
  if (parentColumns.length !== childColumns.length) return `${name}: the columns don't match`;
  if (!isUnique(parent, parentColumns, pragma)) return `${name}: the columns are no unique key`;
  const indexed = indexesOf(child, pragma).some(
    ({ columns: [first] }) => first === folded(childColumns[0]),
  );
  const onDelete = ON_DELETE[String(on_delete)] ?? "delete";
  return { name, child, childColumns, parent, parentColumns, onDelete, indexed };
}

interface Index {
  readonly columns: readonly string[];
  readonly unique: boolean;
}

/** Also the primary key, and leaving out those with a WHERE. */
function indexesOf({ name, primaryKey }: SqlTable, pragma: Pragma): readonly Index[] {
  const list = pragma("index_list", name).filter(({ partial }) => partial === 0);
  const indexes = list.map((index) => ({
    unique: index.unique === 1,
    columns: pragma("index_info", String(index.name))
      .sort((a, b) => Number(a.seqno) - Number(b.seqno))
      .map(({ name: column }) => folded(String(column))),
  }));
  const key = primaryKey.map((column) => folded(column));
  return key.length > 0 ? [{ columns: key, unique: true }, ...indexes] : indexes;
}

function isUnique(parent: SqlTable, columns: readonly string[], pragma: Pragma): boolean {
  const wanted = columns.map((column) => folded(column)).sort();
  return indexesOf(parent, pragma).some(
    ({ unique, columns: own }) => unique && [...own].sort().join() === wanted.join(),
  );
}
