import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { ByTable, Id, Item, Refusal } from "../ports.ts";
import { asAway } from "./away.ts";
import { type Catalog, type ForeignKey, readCatalog, type SqlTable } from "./catalog.ts";
import { changeAlong, type EdgeChange } from "./changes.ts";
import { type Key, keysById, rowByKey } from "./keys.ts";
import { objections, parentsOf } from "./objections.ts";
import { isSearched } from "./plans.ts";
import { folded, tableNamed } from "./quoted.ts";
import { hasBigRowids } from "./rowids.ts";
import { batchOf, checkId, detaching, idOf, isIn, referring } from "./statements.ts";

/** Waits this long for another process's transaction. */
const BUSY_TIMEOUT_MS = 5_000;
/** Ids handed over at once. */
const PART_IDS = 10_000;

/** Which of these stayed, and why. */
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

  constructor(file: string, busyTimeoutMs = BUSY_TIMEOUT_MS) {
    this.#database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    try {
      // With secure_delete what is deleted is overwritten in the file, not only forgotten.
      this.#database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA secure_delete = ON`);
      this.#catalog = readCatalog(this.#database);
      this.#bigints = [...this.#catalog.tables.values()].some((table) =>
        hasBigRowids(this.#database, table),
      );
    } catch (error) {
      this.#database.close();
      throw asAway(error);
    }
    for (const [name, table] of this.#catalog.tables) {
      const keys = this.#catalog.foreignKeys.filter(({ parent }) => parent === table);
      const planned = keys.map((key) => ({ ...key, indexed: isSearched(this.#database, key) }));
      this.#children.set(name, planned);
    }
  }

  /** The row as it is known here, whatever the case of `name`; `key` has a value for each column of the primary key. */
  find(name: string, key: Key): Item | undefined {
    const table = this.#table(name);
    const [row] = this.#rows(rowByKey(table, key), ...key);
    return row && { table: table.name, id: row[0] as Id };
  }

  /** The primary keys of these as SQL literals, commas between; of a table without one its ids. */
  keys(name: string, ids: readonly Id[]): readonly string[] {
    const sql = keysById(this.#table(name), ids);
    const keys = new Map(sql ? [...this.#rows(sql)].map(([id, key]) => [id as Id, key]) : []);
    return ids.map((id) => String(keys.get(id) ?? id));
  }

  /** Throws when there is no such table, or the id is none of its. */
  check(name: string, id: Id): void {
    const table = this.#table(name);
    if (table.name !== name)
      throw new RangeError(`table ${name} is called ${table.name}: give that`);
    checkId(table, id);
    if (table.rowid && typeof id !== (this.#bigints ? "bigint" : "number")) {
      throw new TypeError(
        `rowids of this file are ${this.#bigints ? "bigints" : "numbers"}: give one`,
      );
    }
  }

  /** What refers to these and goes, too, in parts. */
  *foreignKeys(name: string, ids: readonly Id[]): Generator<ByTable> {
    for (const key of this.#deepKeysTo(name)) yield* this.#referringBy(key, ids);
  }

  /** What refers to these along one edge that `changes` gives, and need not go. */
  *changed(name: string, ids: readonly Id[], edge: string): Generator<ByTable> {
    const key = this.#keysTo(name).find((one) => one.name === edge);
    if (key) yield* this.#referringBy(key, ids);
  }

  /** What happens to rows that refer to this table, and stay. */
  changes(name: string): readonly EdgeChange[] {
    const keys = this.#keysTo(name).filter(({ onDelete }) => onDelete !== "delete");
    const keysTo = (table: SqlTable) => this.#keysTo(table.name);
    return keys.map((key) => changeAlong(key, keysTo, (sql) => [...this.#ids(sql)].at(0)));
  }

  /** What refers to each of these. */
  foreignKeysEach(name: string, ids: readonly Id[]): readonly ByTable[] {
    const parent = this.#table(name);
    const answers = new Map(ids.map((id) => [id, new Map<string, Id[]>()]));
    for (const key of this.#deepKeysTo(name)) {
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

  /** Deletes those that nothing else refers to and no trigger keeps. */
  delete(name: string, ids: readonly Id[]): Refusals {
    const table = this.#table(name).name;
    const stay = new Map<Id, Refusal>();
    // What stays is known when all was undone: without it, once more.
    for (let free = ids; free.length > 0; free = ids.filter((id) => !stay.has(id))) {
      const refusals = this.deleteTogether({ [table]: free });
      if (refusals.length === 0) break;
      for (const refusal of refusals) stay.set(refusal.id, refusal);
    }
    return [...stay.values()];
  }

  /** Deletes all of them in one transaction, or none. */
  deleteTogether(items: ByTable): Refusals {
    return this.#transaction((undo) => {
      const objected = Object.keys(items).flatMap((name) => this.#objected(name, items));
      if (objected.length > 0) return objected;
      const stayed = this.#remove(items);
      if (stayed.length > 0) undo();
      return stayed;
    });
  }

  referredTables(): readonly string[] {
    return [...new Set(this.#catalog.foreignKeys.map(({ parent }) => folded(parent.name)))];
  }

  violations(): number {
    return this.#database.prepare("PRAGMA foreign_key_check").all().length;
  }

  close(): void {
    this.#database.close();
  }

  *#referringBy(key: ForeignKey, ids: readonly Id[]): Generator<ByTable> {
    const batch = batchOf(key.parent, ids, "b");
    let part: Id[] = [];
    for (const id of this.#ids(`WITH ${batch} SELECT ${idOf(key.child, "c")} ${referring(key)}`)) {
      part.push(id);
      if (part.length < PART_IDS) continue;
      yield { [key.child.name]: part };
      part = [];
    }
    if (part.length > 0) yield { [key.child.name]: part };
  }

  /** What can't go, as rows that stay would be left with references that lead nowhere. */
  #objected(name: string, items: ByTable): Refusals {
    const refusals = new Map<Id, Refusal>();
    for (const key of this.#keysTo(name)) {
      for (const { sql, reason } of objections(key, items, (table) => this.#keysTo(table.name))) {
        for (const id of this.#ids(sql)) refusals.set(id, { id, reason, referred: true });
      }
    }
    return [...refusals.values()];
  }

  /** Changes what stays, and deletes. Says what is there all the same: a trigger may do anything. */
  #remove(items: ByTable): Refusals {
    const stayed: Refusal[] = [];
    for (const [name, ids] of Object.entries(items)) {
      for (const key of this.#keysTo(name)) {
        if (key.onDelete === "delete") continue;
        this.#database.exec(detaching(key, ids));
        if (!this.#catalog.triggered.has(folded(key.child.name))) continue;
        const reason = `a trigger kept the reference of ${key.name}`;
        stayed.push(...this.#refused(parentsOf(key, items), reason));
      }
    }
    for (const [name, ids] of Object.entries(items)) {
      const table = this.#table(name);
      const batch = batchOf(table, ids, "b");
      const rows = `FROM ${tableNamed(table)} AS t WHERE ${isIn(table, "t", "b")}`;
      const { changes } = this.#database.prepare(`WITH ${batch} DELETE ${rows}`).run();
      if (Number(changes) === ids.length && !this.#catalog.triggered.has(folded(name))) continue;
      const reason = "is still there after DELETE: a trigger kept it or put it back";
      const left = `WITH ${batch} SELECT ${idOf(table, "t")} ${rows}`;
      stayed.push(...this.#refused(left, reason));
    }
    return stayed;
  }

  #transaction<Result>(work: (undo: () => void) => Result): Result {
    let end = "COMMIT";
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      const result = work(() => {
        end = "ROLLBACK";
      });
      this.#database.exec(end);
      return result;
    } catch (error) {
      // A trigger's RAISE(ROLLBACK) has ended it already.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw asAway(error);
    }
  }

  #refused(sql: string, reason: string): Refusals {
    return [...this.#ids(sql)].map((id) => ({ id, reason }));
  }

  *#ids(sql: string): Generator<Id> {
    for (const [id] of this.#rows(sql)) yield id as Id;
  }

  #rows(sql: string, ...values: Key): Iterable<SQLOutputValue[]> {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(this.#bigints);
    return statement.iterate(...values) as unknown as Iterable<SQLOutputValue[]>;
  }

  /** The foreign keys to a table. */
  #keysTo(name: string): readonly ForeignKey[] {
    return this.#children.get(folded(name)) ?? [];
  }

  /** Those along which rows go. */
  #deepKeysTo(name: string): readonly ForeignKey[] {
    return this.#keysTo(name).filter(({ onDelete }) => onDelete === "delete");
  }

  #table(name: string): SqlTable {
    const table = this.#catalog.tables.get(folded(name));
    if (table) return table;
    const known = [...this.#catalog.tables.values()].map((one) => one.name).join(", ");
    throw new RangeError(`there is no table ${name}: give one of ${known || "(it has none)"}`);
  }
}
