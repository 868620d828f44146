import type { Id } from "../ports.ts";
import type { ForeignKey, SqlTable } from "./catalog.ts";
import { columnOf, folded, quoted, tableNamed } from "./quoted.ts";

/**
 * The id of a row as SQL: its rowid or, WITHOUT ROWID, the literals of its key with commas between, which
 * stand in later statements as they are. SQLite wrote them, so they are safe and exact.
 */
export function idOf(table: SqlTable, alias: string): string {
  if (table.rowid) return `${alias}.${table.rowid}`;
  return table.primaryKey
    .map((column) => literalOf(`${alias}.${quoted(column)}`))
    .join(" || ',' || ");
}

/**
 * quote() ends a text at its first NUL, and what is no well-formed UTF-8 is not the same when it comes back from
 * JavaScript. So a text of more than ASCII goes by its bytes. The plus takes the affinity away that CAST gives.
 */
function literalOf(column: string): string {
  const bytes = `'+CAST(X' || quote(hex(${column})) || ' AS TEXT)'`;
  const isPlain = `instr(${column}, char(0)) = 0 AND NOT ${column} GLOB '*[^' || char(1) || '-' || char(127) || ']*'`;
  return `iif(typeof(${column}) <> 'text' OR ${isPlain}, quote(${column}), ${bytes})`;
}

const LITERAL = String.raw`(?:NULL|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|X?'(?:[^']|'')*'|\+CAST\(X'[0-9A-F]*' AS TEXT\))`;
const LITERALS = new RegExp(`^${LITERAL}(?:,${LITERAL})*$`, "i");

/** Throws when an id is not of the kind that the table's statements can hold. */
export function checkId(table: SqlTable, id: Id): void {
  const isRowid = typeof id === "bigint" || Number.isSafeInteger(id);
  if (table.rowid ? isRowid : typeof id === "string" && LITERALS.test(id)) return;
  const wanted = table.rowid ? "a rowid" : `the SQL literals of ${table.primaryKey}`;
  throw new TypeError(`${String(id)} is no id of ${table.name}: give ${wanted}`);
}

/**
 * A batch of ids as a table expression `name(k0, k1, ...)` in front of a statement. VALUES, as a table of
 * the file may be called as a function is that gives rows (json_each).
 */
export function batchOf(table: SqlTable, ids: readonly Id[], name: string): string {
  const columns = table.rowid ? ["k0"] : table.primaryKey.map((_, i) => `k${i}`);
  return `${name}(${columns}) AS (VALUES ${ids.map((id) => `(${id})`).join(",")})`;
}

/** A row of `alias` is in the batch `name`. */
export function isIn(table: SqlTable, alias: string, name: string): string {
  if (table.rowid) return `${alias}.${table.rowid} IN (SELECT k0 FROM ${name})`;
  const columns = table.primaryKey.map((column) => `${alias}.${quoted(column)}`);
  return `(${columns}) IN (SELECT * FROM ${name})`;
}

/**
 * FROM and WHERE of the rows `c` that refer to rows `p` of the batch `b`. CROSS JOIN fixes the order: from the
 * batch through the index of the child or, where it has none, once over the whole child.
 */
export function referring(key: ForeignKey): string {
  const { child, childColumns, parent, parentColumns, indexed } = key;
  const p = `${tableNamed(parent)} AS p`;
  const c = `${tableNamed(child)} AS c`;
  const keys = parentColumns.map((column, i) =>
    refers(columnOf("p", column), columnOf("c", childColumns[i]), keepsTypes(key, i)),
  );
  if (!indexed) {
    return `FROM ${c} CROSS JOIN ${p} WHERE ${keys.join(" AND ")} AND ${isIn(parent, "p", "b")}`;
  }
  const start = parent.rowid
    ? [`p.${parent.rowid} = b.k0`]
    : parent.primaryKey.map((column, i) => `p.${quoted(column)} = b.k${i}`);
  return `FROM b CROSS JOIN ${p} CROSS JOIN ${c} WHERE ${[...start, ...keys].join(" AND ")}`;
}

/** Whether the child's column of a reference has no affinity of its own. */
export function keepsTypes({ child, childColumns }: ForeignKey, i: number): boolean {
  return child.columns.get(folded(childColumns[i]))?.keepsTypes ?? false;
}

/**
 * The child's column holds the parent's value. The parent's collation and affinity decide (SQLite, Foreign Key
 * Support, 3): it stands first, and the plus takes the child's own affinity away, by which the number 1 would be
 * the text '01'. What comes before it finds all and more, by an index: where the child keeps numbers as they
 * are, the parent's text '1' is also looked for as a number.
 */
export function refers(parent: string, child: string, isKept: boolean): string {
  const found = isKept
    ? `(${parent} = ${child} OR +CAST(${parent} AS NUMERIC) = ${child})`
    : `${parent} = ${child}`;
  return `${found} AND ${parent} = +${child}`;
}

/** What the schema wants in the columns of a row that stays, as SQL. */
export function newValues({ child, childColumns, onDelete }: ForeignKey): readonly string[] {
  return childColumns.map((column) => {
    const value = child.columns.get(folded(column))?.defaultValue;
    return onDelete === "set-default" && value?.toUpperCase() !== "NULL" && value
      ? `(${value})`
      : "NULL";
  });
}

/** What the schema wants done to the rows that stay. */
export function detaching(key: ForeignKey, ids: readonly Id[]): string {
  const { child, childColumns, parent } = key;
  const values = newValues(key);
  const sets = childColumns.map((column, i) => `${quoted(column)} = ${values[i]}`);
  const own = child.rowid ?? child.primaryKey.map(quoted).join(", ");
  const picked = child.rowid
    ? `c.${child.rowid}`
    : child.primaryKey.map((column) => columnOf("c", column)).join(", ");
  return `WITH ${batchOf(parent, ids, "b")} UPDATE ${tableNamed(child)} SET ${sets.join(", ")}
    WHERE (${own}) IN (SELECT ${picked} ${referring(key)})`;
}
