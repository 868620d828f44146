import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createErasure } from "../../erasure/erase.ts";
import { openSqliteStore, SQLITE_OPTIONS } from "../../erasure/sql/sqlite-store.ts";
import { median } from "../../loadtest/measure/median.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";
import { naiveErase } from "./naive.ts";

const ROUNDS = 3;
const POSTS = 20_000;
const LIKES_PER_POST = 6;
const COMMENTS_PER_POST = 3;
const PEOPLE = 100;
const NAIVE_POSTS = 400;

/** One person's posts, with likes and comments of all others; and as much of another, which stays. */
const schemaOf = (posts: number) => `
  PRAGMA journal_mode = WAL;
  CREATE TABLE users (id INTEGER PRIMARY KEY);
  CREATE TABLE posts (id INTEGER PRIMARY KEY, text TEXT,
    author INTEGER NOT NULL REFERENCES users ON DELETE CASCADE);
  CREATE TABLE likes (id INTEGER PRIMARY KEY, post INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE);
  CREATE TABLE comments (id INTEGER PRIMARY KEY, text TEXT,
    post INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE);
  CREATE INDEX i1 ON posts (author); CREATE INDEX i2 ON likes (post); CREATE INDEX i3 ON likes (user);
  CREATE INDEX i4 ON comments (post); CREATE INDEX i5 ON comments (user);
  BEGIN;
  ${numbers(PEOPLE)} INSERT INTO users SELECT n FROM numbers;
  ${numbers(2 * posts)} INSERT INTO posts SELECT n, 'post ' || n, 1 + n % 2 FROM numbers;
  ${numbers(2 * posts * LIKES_PER_POST)}
    INSERT INTO likes SELECT n, 1 + n % ${2 * posts}, 3 + n % ${PEOPLE - 2} FROM numbers;
  ${numbers(2 * posts * COMMENTS_PER_POST)}
    INSERT INTO comments SELECT n, 'comment ' || n, 1 + n % ${2 * posts}, 3 + n % ${PEOPLE - 2} FROM numbers;
  COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`;

function numbers(count: number): string {
  return `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ${count})`;
}

type Way = (file: string) => Promise<number>;

/** How fast a person with 200,000 rows goes, against what SQLite does by itself, and a task an item. */
export const eraseSqlite: Benchmark = {
  name: "erase-sqlite",
  about: "Erasing from an SQLite file: items a second against ON DELETE CASCADE and a task an item",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "erase-bench-"));
    try {
      return [
        ...(await againstCascade(folder, POSTS)),
        ...(await againstNaive(folder, NAIVE_POSTS)),
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function againstCascade(folder: string, posts: number): Promise<readonly Row[]> {
  const [ours, plain, overwriting] = await inTurns(folder, posts, [
    byErasure,
    (file) => byCascade(file, "OFF"),
    (file) => byCascade(file, "ON"),
  ]);
  const what = `${short(1 + posts * (1 + LIKES_PER_POST + COMMENTS_PER_POST))} rows of one person`;
  return [
    row(what, ours, ours, "-"),
    row(`${what}, ON DELETE CASCADE, overwriting as ours does`, overwriting, ours, "-"),
    row(`${what}, ON DELETE CASCADE`, plain, ours, "-"),
  ];
}

async function againstNaive(folder: string, posts: number): Promise<readonly Row[]> {
  const [ours, naive] = await inTurns(folder, posts, [byErasure, byNaive]);
  const what = `${short(1 + posts * (1 + LIKES_PER_POST + COMMENTS_PER_POST))} rows of one person`;
  return [
    row(what, ours, ours, "-"),
    row(`${what}, a task an item, 100 at a time`, naive, ours, "-"),
  ];
}

/** Items a second of each way, a median of rounds in turns, each on a file of its own. */
async function inTurns(folder: string, posts: number, ways: readonly Way[]): Promise<number[]> {
  const original = join(folder, `${posts}.db`);
  const made = new DatabaseSync(original);
  made.exec(schemaOf(posts));
  made.close();
  const rates = ways.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, way] of ways.entries()) {
      const file = join(folder, `${posts}-${round}-${i}.db`);
      copyFileSync(original, file);
      const startedMs = performance.now();
      const items = await way(file);
      rates[i].push((1_000 * items) / (performance.now() - startedMs));
      rmSync(file);
    }
  }
  return rates.map(median);
}

async function byErasure(file: string): Promise<number> {
  const store = await openSqliteStore(file);
  const { deleted, status } = await createErasure(store, SQLITE_OPTIONS).deleteAllItems("users", 1);
  await store.close();
  if (status !== "done") throw new Error(`the erasure ended ${status}`);
  return deleted;
}

async function byNaive(file: string): Promise<number> {
  const store = await openSqliteStore(file);
  const items = await naiveErase(store, { table: "users", id: 1 });
  await store.close();
  return items;
}

async function byCascade(file: string, secureDelete: "ON" | "OFF"): Promise<number> {
  const database = new DatabaseSync(file);
  const count = () =>
    Number(
      database
        .prepare(
          "SELECT (SELECT count(*) FROM posts) + (SELECT count(*) FROM likes) + (SELECT count(*) FROM comments) AS n",
        )
        .get()?.n,
    );
  const before = count();
  database.exec(`PRAGMA secure_delete = ${secureDelete}; DELETE FROM users WHERE id = 1`);
  const deleted = before - count() + 1;
  database.close();
  return deleted;
}

function row(what: string, rate: number, ours: number, aim: string): Row {
  return {
    what,
    measured: `${short(rate)} rows/s`,
    ratio: rate === ours ? "1.00x" : `${(ours / rate).toFixed(2)}x of it`,
    aim,
  };
}
