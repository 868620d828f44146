import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createErasure } from "../erase.ts";
import type { ItemStore } from "../ports.ts";
import { closureOf } from "../testing/memory-store.ts";
import { dump, makeDatabase, type SchemaDraft, schemas } from "../testing/random-schema.ts";
import { sqliteFiles, storeHere } from "../testing/sqlite-files.ts";
import { openSqliteStore, SQLITE_OPTIONS } from "./sqlite-store.ts";

const { folder, newFile } = sqliteFiles();

const settings = fc.record({
  batchItems: fc.integer({ min: 1, max: 7 }),
  workers: fc.integer({ min: 1, max: 3 }),
  memoryItems: fc.constantFrom(1, 1_000),
});

/** The first row with everything on it, by the store; every row that is left. */
async function eraseFirst(draft: SchemaDraft, options: object) {
  const made = makeDatabase(draft);
  const file = newFile(made.sql);
  const before = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  const rows = dump(before, draft.tables.length);
  const [root] = made.items;
  const key = before.prepare(`SELECT * FROM ${root.table} WHERE n = 0`).get() as Record<
    string,
    string | number
  >;
  const names = before
    .prepare(`SELECT name FROM pragma_table_info('${root.table}') WHERE pk > 0 ORDER BY pk`)
    .all()
    .map(({ name }) => String(name));
  const store = await storeHere(file);
  const found = await store.find(
    root.table,
    names.map((name) => key[name]),
  );
  if (found === undefined) throw new Error("the root is not there");
  const erased = await createErasure(store, options).deleteAllItems(found.table, found.id);
  const violations = await store.violations();
  await store.close();
  const left = dump(before, draft.tables.length);
  before.close();
  return { made, file, rows, left, erased, violations };
}

describe("a database that nobody has described", () => {
  it("loses the naive closure, and nothing else changes, byte for byte", async () => {
    const actions = ["", "ON DELETE CASCADE", "ON DELETE RESTRICT", "ON DELETE NO ACTION"];
    await fc.assert(
      fc.asyncProperty(schemas(actions), settings, async (draft, options) => {
        const { made, rows, left, erased, violations } = await eraseFirst(draft, options);
        const gone = closureOf(made.items[0], made.references);
        expect(erased).toMatchObject({ status: "done", deleted: gone.size });
        expect(left).toEqual(new Map([...rows].filter(([key]) => !gone.has(key))));
        expect(violations).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("loses what ON DELETE CASCADE would delete", async () => {
    await fc.assert(
      fc.asyncProperty(schemas(["ON DELETE CASCADE"]), settings, async (draft, options) => {
        const { made, left } = await eraseFirst(draft, options);
        const cascading = new DatabaseSync(newFile(made.sql));
        cascading.exec(`DELETE FROM ${made.items[0].table} WHERE n = 0`);
        expect(left).toEqual(dump(cascading, draft.tables.length));
        cascading.close();
      }),
      { numRuns: 100 },
    );
  });

  it("keeps rows whose key says SET NULL or SET DEFAULT, without the reference", async () => {
    const file = newFile(`CREATE TABLE users (id INTEGER PRIMARY KEY);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER,
        buyer INTEGER REFERENCES users ON DELETE SET NULL,
        seller INTEGER NOT NULL DEFAULT 9 REFERENCES users (id) ON DELETE SET DEFAULT);
      INSERT INTO users VALUES (1), (2), (9);
      INSERT INTO orders VALUES (1, 50, 1, 2), (2, 60, 2, 1), (3, 70, 2, 2)`);
    const store = await storeHere(file);
    const erased = await createErasure(store).deleteAllItems("users", 1);
    expect(erased).toMatchObject({ status: "done", deleted: 1 });
    await store.close();
    const orders = new DatabaseSync(file).prepare("SELECT * FROM orders");
    expect(orders.all().map((row) => Object.values(row))).toEqual([
      [1, 50, null, 2],
      [2, 60, 2, 9],
      [3, 70, 2, 2],
    ]);
  });
});

const numbers = (count: number) =>
  `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ${count})`;

describe("a large database", () => {
  it("loses 100,000 rows of one parent and 50 of a chain of replies, without an index", async () => {
    const file = newFile(`CREATE TABLE posts (id INTEGER PRIMARY KEY);
      CREATE TABLE comments (id INTEGER PRIMARY KEY, post INTEGER NOT NULL REFERENCES posts,
        reply_to INTEGER REFERENCES comments);
      CREATE TABLE likes (post INTEGER NOT NULL REFERENCES posts);
      INSERT INTO posts VALUES (1), (2);
      ${numbers(50)} INSERT INTO comments SELECT n, 1, nullif(n - 1, 0) FROM numbers;
      ${numbers(101_010)} INSERT INTO likes SELECT 1 + (n % 101 = 0) FROM numbers`);
    const store = await openSqliteStore(file);
    const erased = await createErasure(store, SQLITE_OPTIONS).deleteAllItems("posts", 1);
    expect(erased.tables).toEqual({ likes: 100_010, comments: 50, posts: 1 });
    expect(await store.violations()).toBe(0);
    await store.close();
  });
});

describe("what stands in the way", () => {
  const notes = `CREATE TABLE users (id INTEGER PRIMARY KEY);
    CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users);
    CREATE TABLE likes (post INTEGER REFERENCES posts, user INTEGER REFERENCES users,
      PRIMARY KEY (post, user)) WITHOUT ROWID;
    INSERT INTO users VALUES (1), (2); INSERT INTO posts VALUES (10, 1), (11, 1), (20, 2);
    INSERT INTO likes VALUES (10, 2), (11, 1), (20, 1), (20, 2)`;

  it("blocks a row that a trigger protects, with its path, and keeps what it hangs on", async () => {
    const store = await storeHere(
      newFile(`${notes}; CREATE TRIGGER hold BEFORE DELETE ON likes WHEN old.post = 10
        BEGIN SELECT RAISE(ABORT, 'under legal hold'); END`),
    );
    const options = { sleep: async () => {} };
    const erased = await createErasure(store, options).deleteAllItems("users", 1);
    expect(erased).toMatchObject({ status: "blocked", tables: { likes: 2, posts: 1 }, kept: 2 });
    expect(erased.blocked).toEqual([
      {
        table: "likes",
        id: "10,2",
        reason: "under legal hold",
        path: [
          { table: "users", id: 1 },
          { table: "posts", id: 10 },
          { table: "likes", id: "10,2" },
        ],
      },
    ]);
    expect(await store.violations()).toBe(0);
    await store.close();
  });

  it("finds what another connection writes meanwhile", async () => {
    const file = newFile(notes);
    const store = await storeHere(file);
    const other = new DatabaseSync(file);
    let isFirst = true;
    const slow: ItemStore = {
      ...store,
      delete: async (table, ids) => {
        if (isFirst) other.exec("INSERT INTO likes VALUES (11, 2)");
        isFirst = false;
        await store.delete(table, ids);
      },
    };
    const erased = await createErasure(slow).deleteAllItems("users", 1);
    expect(erased).toMatchObject({ status: "done", tables: { likes: 4, posts: 2, users: 1 } });
    expect(await store.violations()).toBe(0);
    other.close();
    await store.close();
  });

  it("refuses keys that lead nowhere by name, before anything starts", async () => {
    const file = newFile(`CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);
      CREATE TABLE a (u INTEGER REFERENCES persons (id));
      CREATE TABLE b (u INTEGER REFERENCES users (name));
      CREATE TABLE c (u TEXT REFERENCES users (mail))`);
    await expect(openSqliteStore(file)).rejects.toThrow(
      "foreign keys lead nowhere: a(u) -> persons: there is no such table; " +
        "b(u) -> users(name): there is no column name; " +
        "c(u) -> users(mail): the columns are no unique key",
    );
  });

  it("names a table that is not there, and an id that is none", async () => {
    const store = await openSqliteStore(newFile(notes));
    const { deleteAllItems } = createErasure(store);
    await expect(deleteAllItems("people", 1)).rejects.toThrow(
      "there is no table people: give one of",
    );
    await expect(deleteAllItems("likes", "10,2); DROP TABLE likes; --")).rejects.toThrow(
      "is no id of likes: give the SQL literals of post,user",
    );
    expect(await store.find("likes", [10, 2])).toEqual({ table: "likes", id: "10,2" });
    await expect(deleteAllItems("LIKES", "10,2")).rejects.toThrow(
      "LIKES is called likes: give that",
    );
    expect(await store.find("users", [3])).toBeUndefined();
    await store.close();
    await expect(openSqliteStore(join(folder(), "nowhere.db"))).rejects.toThrow("there is no file");
  });
});
