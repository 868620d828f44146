import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll } from "vitest";
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
  return {
    folder: () => folder,
    newFile: (sql: string): string => {
      const file = join(folder, `${files++}.db`);
      const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
      const fast = "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY";
      database.exec(`${fast}; BEGIN; ${sql}; COMMIT`);
      database.close();
      return file;
    },
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
