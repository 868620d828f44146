import { existsSync } from "node:fs";
import {
  type ByTable,
  type Changes,
  type Hindrance,
  type Id,
  type Item,
  type ItemStore,
  RefusedItems,
} from "../ports.ts";
import type { Call, Part } from "./calls.ts";
import type { EdgeHindrance } from "./changes.ts";
import type { Refusals } from "./database.ts";
import type { Key } from "./keys.ts";
import { folded } from "./quoted.ts";
import { openThread } from "./thread-calls.ts";

export interface SqliteStore extends ItemStore {
  /**
   * The row with this primary key, a value for each of its columns, with its table's name as the catalog has
   * it. Undefined: there is none.
   */
  find(table: string, key: Key): Promise<Item | undefined>;
  /** Primary keys as SQL literals, commas between, in the order of `ids`; of a table without one its rowids. */
  keys(table: string, ids: readonly Id[]): Promise<readonly string[]>;
  /** References that lead nowhere, as PRAGMA foreign_key_check counts them. */
  violations(): Promise<number>;
  close(): Promise<void>;
}

/**
 * What suits a file: one thread serves it, so more workers would only wait in it; batches are large, as each
 * is one transaction, and a child without an index is read once for each.
 */
export const SQLITE_OPTIONS = { workers: 2, batchItems: 5_000 } as const;

/**
 * Erasure from an SQLite database that nobody has described: its foreign keys are read from the catalog.
 * Ids are rowids or, WITHOUT ROWID, the key as SQL literals. Rejects with CatalogError when foreign keys
 * lead nowhere.
 */
export async function openSqliteStore(file: string): Promise<SqliteStore> {
  if (!existsSync(file)) throw new RangeError(`there is no file ${file}`);
  const { call, close } = await openThread(file);
  return sqliteStore(call, close);
}

/** The store over the calls of a database, wherever it is. */
export async function sqliteStore(call: Call, close: () => Promise<void>): Promise<SqliteStore> {
  const referred = new Set(await call("referredTables"));
  const stay = (refusals: Refusals) => {
    if (refusals.length > 0) throw new RefusedItems(refusals);
  };
  return {
    refusesReferred: true,
    mayBeReferred: (table) => referred.has(folded(table)),
    find: (table, key) => call("find", table, key),
    keys: (table, ids) => call("keys", table, ids),
    check: ({ table, id }) => call("check", table, id),
    getForeignKeys: (table, ids) => partsOf(call, () => call("foreignKeys", table, ids)),
    getChanges: (table, ids) => changesOf(call, table, ids),
    getForeignKeysEach: (table, ids) => call("foreignKeysEach", table, ids),
    delete: async (table, ids) => stay(await call("delete", table, ids)),
    deleteTogether: async (items) => stay(await call("deleteTogether", items)),
    violations: () => call("violations"),
    close,
  };
}

async function* partsOf(call: Call, first: () => Promise<Part>): AsyncGenerator<ByTable> {
  let part: Part = await first();
  try {
    while (part.handle !== undefined) {
      yield part.answer;
      part = await call("more", part.handle);
    }
  } finally {
    if (part.handle !== undefined) await call("drop", part.handle);
  }
}

async function* changesOf(call: Call, table: string, ids: readonly Id[]): AsyncGenerator<Changes> {
  for (const { edge, change, hindrances } of await call("changes", table)) {
    const parts = partsOf(call, () => call("changed", table, ids, edge));
    const told = hindrances.map((one) => hindranceOf(call, one));
    for await (const items of parts) yield { change, items, hindrances: told };
  }
}

function hindranceOf(call: Call, { reason, ifGone, ifReferred }: EdgeHindrance): Hindrance {
  if (!ifReferred) return { reason, ...(ifGone && { ifGone }) };
  const { table, edge } = ifReferred;
  return { reason, referring: (ids) => partsOf(call, () => call("changed", table, ids, edge)) };
}
