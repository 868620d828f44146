import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createErasure } from "../../erasure/erase.ts";
import {
  openSqliteStore,
  SQLITE_OPTIONS,
  type SqliteStore,
} from "../../erasure/sql/sqlite-store.ts";
import { median } from "../../loadtest/measure/median.ts";
import type { Benchmark, Row } from "../support/table.ts";
import { makeSocialDatabase } from "./social-database.ts";

const PEOPLE = 3_000;
const EACH = 20;

/** The deletions of LDBC's Social Network Benchmark, Interactive v2, in its numbering. */
const DELETIONS = [
  { name: "1 person", table: "persons", pick: "SELECT id FROM persons" },
  { name: "2 like of a post", table: "post_likes", pick: "SELECT person, post FROM post_likes" },
  {
    name: "3 like of a comment",
    table: "comment_likes",
    pick: "SELECT person, comment FROM comment_likes",
  },
  { name: "4 forum with its threads", table: "forums", pick: "SELECT id FROM forums" },
  { name: "5 membership of a forum", table: "members", pick: "SELECT forum, person FROM members" },
  { name: "6 post thread", table: "posts", pick: "SELECT id FROM posts" },
  { name: "7 comment thread", table: "comments", pick: "SELECT id FROM comments" },
  { name: "8 friendship", table: "knows", pick: "SELECT a, b FROM knows" },
] as const;

/** What each deletion takes on people of the computed population, against ON DELETE CASCADE. */
export const eraseLdbc: Benchmark = {
  name: "erase-ldbc",
  about:
    "LDBC Interactive v2's eight deletions on an SQLite file of our population, against CASCADE",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "erase-ldbc-"));
    const original = join(folder, "original.db");
    makeSocialDatabase(original, PEOPLE);
    const [ours, theirs] = ["ours.db", "theirs.db"].map((name) => join(folder, name));
    copyFileSync(original, ours);
    copyFileSync(original, theirs);
    const store = await openSqliteStore(ours);
    const cascading = new DatabaseSync(theirs);
    cascading.exec("PRAGMA secure_delete = ON");
    try {
      const rows: Row[] = [];
      for (const deletion of DELETIONS) rows.push(await compare(store, cascading, deletion));
      const left = await store.violations();
      if (left > 0) throw new Error(`${left} references lead nowhere`);
      return rows;
    } finally {
      await store.close();
      cascading.close();
      rmSync(folder, { recursive: true });
    }
  },
};

/** The same rows from both files, in turns. */
async function compare(
  store: SqliteStore,
  cascading: DatabaseSync,
  { name, table, pick }: (typeof DELETIONS)[number],
): Promise<Row> {
  const erasure = createErasure(store, SQLITE_OPTIONS);
  const oursMs: number[] = [];
  const theirsMs: number[] = [];
  let items = 0;
  for (let i = 0; i < EACH; i++) {
    // Somewhere in the middle of what both have.
    const count = Number(cascading.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
    const offset = (i * 7_919) % count;
    const chosen = cascading.prepare(`${pick} LIMIT 1 OFFSET ${offset}`).get() ?? {};
    const key = Object.values(chosen).map(Number);
    const where = Object.keys(chosen)
      .map((column) => `${column} = ?`)
      .join(" AND ");
    const row = await store.find(table, key);
    if (row === undefined) throw new Error(`${table} ${key} is in one file only`);
    const erase = async () => {
      const { deleted } = await erasure.deleteAllItems(row.table, row.id);
      items += deleted;
    };
    oursMs.push(await timed(erase));
    const remove = cascading.prepare(`DELETE FROM ${table} WHERE ${where}`);
    theirsMs.push(await timed(async () => void remove.run(...key)));
  }
  const [ours, theirs] = [median(oursMs), median(theirsMs)];
  return {
    what: `LDBC deletion ${name}`,
    measured: `${ours.toFixed(2)} ms, ${(items / EACH).toFixed(1)} rows on average (CASCADE ${theirs.toFixed(2)} ms)`,
    ratio: `${(ours / theirs).toFixed(2)}x`,
    aim: "-",
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
