import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { idsIn } from "../by-table.ts";
import type { ByTable, Id, Refusal } from "../ports.ts";
import { type Catalog, type ForeignKey, readCatalog, type SqlTable } from "./catalog.ts";
import { batchOf, checkId, detaching, idOf, isIn, quoted, referring } from "./statements.ts";

/** Waits this long for another process's transaction. */
const BUSY_TIMEOUT_MS = 5_000;
/** Ids handed over at once. */
const PART_IDS = 10_000;

/** Which of these stayed: something else still refers to them. */
export type Refusals = readonly Refusal[];

/**
 * An SQLite file, for a thread that may wait. Foreign keys are not left to SQLite: its actions would delete
 * and change rows that nobody counted, and a check without an index would read the child once for each row.
 * Each deletion asks itself, in its transaction, whether anything still refers to what goes.
 */
export class SqlDatabase {
  readonly #database: DatabaseSync;
  readonly #catalog: Catalog;
  /** Some rowid is not safe as a number. */
  readonly #bigints: boolean;
  readonly #children = new Map<string, readonly ForeignKey[]>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    try {
      // With secure_delete what is deleted is overwritten in the file, not only forgotten.
      this.#database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA secure_delete = ON`);
      this.#catalog = readCatalog(this.#database);
      this.#bigints = [...this.#catalog.tables.values()].some((table) => this.#hasBigRowids(table));
    } catch (error) {
      this.#database.close();
      throw error;
    }
    for (const [name, table] of this.#catalog.tables) {
      const keys = this.#catalog.foreignKeys.filter(({ parent }) => parent === table);
      this.#children.set(name, keys);
    }
  }

  /** The id by which a row is known here; `key` has a value for each column of the primary key. */
  find(name: string, key: readonly (string | number | bigint)[]): Id | undefined {
    const table = this.#table(name);
    const columns =
      table.primaryKey.length > 0 ? table.primaryKey.map(quoted) : [table.rowid ?? ""];
    if (key.length !== columns.length) {
      const wanted = table.primaryKey.length > 0 ? table.primaryKey.join(", ") : "rowid";
      throw new RangeError(`the key of ${table.name} has ${key.length} values: give ${wanted}`);
    }
    const where = columns.map((column) => `t.${column} = ?`).join(" AND ");
    const sql = `SELECT ${idOf(table, "t")} FROM ${quoted(table.name)} AS t WHERE ${where}`;
    const [row] = this.#rows(sql, ...key);
    return row?.[0] as Id | undefined;
  }

  /** Throws when there is no such table, or the id is none of its. */
  check(name: string, id: Id): void {
    const table = this.#table(name);
    checkId(table, id);
    if (table.rowid && typeof id !== (this.#bigints ? "bigint" : "number")) {
      throw new TypeError(
        `rowids of this file are ${this.#bigints ? "bigints" : "numbers"}: give one`,
      );
    }
  }

  /** What refers to these, in parts. */
  *foreignKeys(name: string, ids: readonly Id[]): Generator<ByTable> {
    const batch = batchOf(this.#table(name), ids, "b");
    for (const key of this.#childrenOf(name, "delete")) {
      const sql = `WITH ${batch} SELECT ${idOf(key.child, "c")} ${referring(key)}`;
      let part: Id[] = [];
      for (const [id] of this.#rows(sql)) {
        part.push(id as Id);
        if (part.length < PART_IDS) continue;
        yield { [key.child.name]: part };
        part = [];
      }
      if (part.length > 0) yield { [key.child.name]: part };
    }
  }

  /** What refers to each of these. */
  foreignKeysEach(name: string, ids: readonly Id[]): readonly ByTable[] {
    const parent = this.#table(name);
    const answers = new Map(ids.map((id) => [id, new Map<string, Id[]>()]));
    for (const key of this.#childrenOf(name, "delete")) {
      const columns = `${idOf(parent, "p")}, ${idOf(key.child, "c")}`;
      const sql = `WITH ${batchOf(parent, ids, "b")} SELECT ${columns} ${referring(key)}`;
      for (const [parentId, childId] of this.#rows(sql)) {
        const answer = answers.get(parentId as Id);
        const known = answer?.get(key.child.name);
        if (known) known.push(childId as Id);
        else answer?.set(key.child.name, [childId as Id]);
      }
    }
    return ids.map((id) => Object.fromEntries(answers.get(id) ?? []));
  }

  /** Deletes those that nothing else refers to, in one transaction. */
  delete(name: string, ids: readonly Id[]): Refusals {
    return this.#transaction(() => {
      const refusals = this.#referred(name, ids, { [this.#table(name).name]: ids });
      const stay = new Set(refusals.map(({ id }) => id));
      const free = stay.size === 0 ? ids : ids.filter((id) => !stay.has(id));
      if (free.length > 0) this.#remove(name, free);
      return refusals;
    });
  }

  /** Deletes all of them in one transaction, or none. */
  deleteTogether(items: ByTable): Refusals {
    return this.#transaction(() => {
      const tables = Object.entries(items);
      const refusals = tables.flatMap(([name, ids]) => this.#referred(name, ids, items));
      if (refusals.length === 0) for (const [name, ids] of tables) this.#remove(name, ids);
      return refusals;
    });
  }

  referredTables(): readonly string[] {
    return [...new Set(this.#catalog.foreignKeys.map(({ parent }) => parent.name.toLowerCase()))];
  }

  violations(): number {
    return this.#database.prepare("PRAGMA foreign_key_check").all().length;
  }

  close(): void {
    this.#database.close();
  }

  /** Rows that would be left without what they refer to: those of `items` are about to go. */
  #referred(name: string, ids: readonly Id[], items: ByTable): Refusals {
    const parent = this.#table(name);
    const refusals = new Map<Id, Refusal>();
    for (const key of this.#childrenOf(name, "delete")) {
      const going = idsIn(items, key.child.name);
      const batches = [batchOf(parent, ids, "b")];
      if (going.length > 0) batches.push(batchOf(key.child, going, "g"));
      const others = going.length > 0 ? `AND NOT ${isIn(key.child, "c", "g")}` : "";
      const from = `${referring(key)} ${others}`;
      const sql = `WITH ${batches.join(", ")} SELECT DISTINCT ${idOf(parent, "p")} ${from}`;
      for (const [id] of this.#rows(sql)) {
        const reason = `${key.name} still refers to it`;
        refusals.set(id as Id, { id: id as Id, reason, referred: true });
      }
    }
    return [...refusals.values()];
  }

  #remove(name: string, ids: readonly Id[]): void {
    const table = this.#table(name);
    for (const action of ["set-null", "set-default"] as const) {
      for (const key of this.#childrenOf(name, action)) this.#database.exec(detaching(key, ids));
    }
    const where = isIn(table, "t", "b");
    this.#database.exec(
      `WITH ${batchOf(table, ids, "b")} DELETE FROM ${quoted(table.name)} AS t WHERE ${where}`,
    );
  }

  #hasBigRowids({ name, rowid }: SqlTable): boolean {
    if (!rowid) return false;
    const sql = `SELECT min(${rowid}) AS low, max(${rowid}) AS high FROM ${quoted(name)}`;
    const statement = this.#database.prepare(sql);
    statement.setReadBigInts(true);
    const { low, high } = statement.get() as { low: bigint | null; high: bigint | null };
    return [low, high].some((id) => id !== null && !Number.isSafeInteger(Number(id)));
  }

  #transaction<Result>(work: () => Result): Result {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // A trigger's RAISE(ROLLBACK) has ended it already.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #rows(sql: string, ...values: (string | number | bigint)[]): Iterable<SQLOutputValue[]> {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(this.#bigints);
    return statement.iterate(...values) as unknown as Iterable<SQLOutputValue[]>;
  }

  #childrenOf(name: string, action: ForeignKey["onDelete"]): readonly ForeignKey[] {
    const keys = this.#children.get(name.toLowerCase()) ?? [];
    return keys.filter(({ onDelete }) => onDelete === action);
  }

  #table(name: string): SqlTable {
    const table = this.#catalog.tables.get(name.toLowerCase());
    if (table) return table;
    const known = [...this.#catalog.tables.values()].map((one) => one.name).join(", ");
    throw new RangeError(`there is no table ${name}: give one of ${known || "(it has none)"}`);
  }
}
