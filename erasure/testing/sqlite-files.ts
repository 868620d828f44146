import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll } from "vitest";
import { createErasure } from "../erase.ts";
import type { Call, Calls } from "../sql/calls.ts";
import { SqlDatabase } from "../sql/database.ts";
import { servedCalls } from "../sql/served-calls.ts";
import { sqliteStore } from "../sql/sqlite-store.ts";

/** SQLite files of one test file, in a folder that goes with it. */
export function sqliteFiles() {
  let folder: string;
  let files = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "erasure-sql-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const newFile = (sql: string): string => {
    const file = join(folder, `${files++}.db`);
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    const fast = "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY";
    database.exec(`${fast}; BEGIN; ${sql}; COMMIT`);
    database.close();
    return file;
  };
  return {
    folder: () => folder,
    newFile,
    eraseP: (sql: string, ...tables: readonly string[]) => eraseP(newFile(sql), ...tables),
    dryRunP: (sql: string) => dryRunP(newFile(sql)),
  };
}

/** The store in this thread: a property makes hundreds of databases. */
export async function storeHere(file: string, busyTimeoutMs?: number) {
  const database = new SqlDatabase(file, busyTimeoutMs);
  const calls = servedCalls(database);
  const call = async (name: keyof Calls, ...values: readonly unknown[]) =>
    (calls[name] as (...all: readonly unknown[]) => unknown)(...values);
  return sqliteStore(call as Call, async () => database.close());
}

/** Erases row 1 of p, and tells what is left in each of the tables. */
async function eraseP(file: string, ...tables: readonly string[]) {
  const store = await storeHere(file);
  const erased = await createErasure(store, { sleep: async () => {} }).deleteAllItems("p", 1);
  const violations = await store.violations();
  await store.close();
  const database = new DatabaseSync(file);
  const left = tables.map((table) =>
    database
      .prepare(`SELECT * FROM main."${table}"`)
      .all()
      .map((row) => Object.values(row)),
  );
  database.close();
  return { erased, violations, left };
}

/** What erasing row 1 of p would do. */
async function dryRunP(file: string) {
  const store = await storeHere(file);
  const told = await createErasure(store).dryRun("p", 1);
  await store.close();
  return told;
}
