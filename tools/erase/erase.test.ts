import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blockOf, outputOf } from "../../test/support/readme/readme.ts";
import { keysOf } from "./key.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SHOP = `CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers);
  CREATE TABLE lines (id INTEGER PRIMARY KEY, "order" INTEGER REFERENCES orders);
  CREATE TABLE members (club TEXT, number INTEGER, PRIMARY KEY (club, number)) WITHOUT ROWID;
  INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bob'); INSERT INTO orders VALUES (7, 1), (8, 2);
  INSERT INTO lines VALUES (70, 7), (71, 7), (80, 8); INSERT INTO members VALUES ('acme', 7)`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "erase-"));
  const shop = new DatabaseSync(join(folder, "shop.db"));
  shop.exec(SHOP);
  shop.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

function erase(...args: readonly string[]) {
  const main = join(ROOT, "tools/erase/main.ts");
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", cwd: folder });
}

function rows(sql: string): unknown[] {
  const shop = new DatabaseSync(join(folder, "shop.db"));
  const all = shop
    .prepare(sql)
    .all()
    .map((row) => Object.values(row)[0]);
  shop.close();
  return all;
}

describe("npm run erase -- sqlite", () => {
  it("does what the docs show", () => {
    const shown = outputOf("erase", "docs/erasure.md");
    const here = blockOf("erase", "docs/erasure.md").replaceAll("shop.db", join(folder, "shop.db"));
    const output = execFileSync("sh", ["-ec", here], { encoding: "utf8", cwd: ROOT });
    expect(shown).toContain("Would delete");
    expect(output).toContain(shown);
    expect(output).toContain("done: deleted 4 rows");
    expect(rows("SELECT id FROM lines")).toEqual([80]);
    expect(rows("SELECT id FROM customers")).toEqual([2]);
  });

  it("ends with 2 and the path when a row can't go", () => {
    const shop = new DatabaseSync(join(folder, "shop.db"));
    shop.exec(`CREATE TRIGGER hold BEFORE DELETE ON lines WHEN old.id = 71
      BEGIN SELECT RAISE(ABORT, 'under legal hold'); END`);
    shop.close();
    const { status, stdout } = erase("sqlite", "shop.db", "customers", "1");
    expect(stdout).toContain("customers 1 <- orders 7 <- lines 71: under legal hold");
    expect(status).toBe(2);
    expect(rows("SELECT id FROM lines")).toEqual([71, 80]);
  });

  it.each([
    ["TEXT", "'1'", "1"],
    ["TEXT", "'007'", "007"],
    ["TEXT", "'-0'", "-0"],
    ["", "'1'", "1"],
    ["", "1", "1"],
    ["", "'1'", '["1"]'],
    ["TEXT", "'1'", "[1]"],
    ["INTEGER", "7", "007"],
  ])("takes the id as a column of type %j that holds %s has it: %s", (type, value, id) => {
    const shop = new DatabaseSync(join(folder, "shop.db"));
    shop.exec(`CREATE TABLE p (id ${type} PRIMARY KEY); INSERT INTO p VALUES (${value}), (8)`);
    shop.close();
    expect(erase("sqlite", "shop.db", "p", id)).toMatchObject({ status: 0, stderr: "" });
    expect(rows("SELECT count(*) FROM p")).toEqual([1]);
  });

  it("tells in a dry run what would stay, changed", () => {
    const shop = new DatabaseSync(join(folder, "shop.db"));
    shop.exec(`CREATE TABLE gifts (id INTEGER PRIMARY KEY,
        giver INTEGER DEFAULT 2 REFERENCES customers ON DELETE SET DEFAULT,
        "order" INTEGER REFERENCES orders ON DELETE SET NULL, taker REFERENCES customers);
      INSERT INTO gifts VALUES (5, 1, 7, 2), (6, 1, 8, 2), (7, 1, 7, 1)`);
    shop.close();
    const { status, stdout } = erase("sqlite", "shop.db", "customers", "1", "--dry-run");
    expect(status).toBe(0);
    expect(stdout.split("Would stay, changed:\n")[1].trimEnd().split("\n")).toEqual([
      "           2  gifts(giver) -> customers(id): set to (2), as 5; 6",
      "           1  gifts(order) -> orders(id): set to NULL, as 5",
    ]);
  });

  it.each([
    [
      "a default that leads nowhere",
      "INT DEFAULT 9 REFERENCES customers ON DELETE SET DEFAULT",
      "(9)",
    ],
    ["a default that goes", "INT DEFAULT 1 REFERENCES customers ON DELETE SET DEFAULT", "(1)"],
    ["NULL that is refused", "INT NOT NULL REFERENCES customers ON DELETE SET NULL", "NULL"],
  ])("a dry run tells what would block, and ends as the work does: %s", (_, column, value) => {
    const shop = new DatabaseSync(join(folder, "shop.db"));
    shop.exec(`CREATE TABLE gifts (id INTEGER PRIMARY KEY, giver ${column}, taker REFERENCES customers);
      INSERT INTO gifts VALUES (5, 1, 2), (6, 2, 2), (7, 1, 1)`);
    shop.close();
    const dry = erase("sqlite", "shop.db", "customers", "1", "--dry-run");
    const [, told] = dry.stdout.split("Would be blocked, and keep what these hang on:\n");
    const reason = `1  gifts: gifts(giver) -> customers(id) would be set to ${value}, which`;
    expect(told?.trim()).toMatch(new RegExp(`^${RegExp.escape(reason)}.*, as 5$`));
    expect(dry.status).toBe(2);
    expect(erase("sqlite", "shop.db", "customers", "1").status).toBe(2);
    expect(rows("SELECT giver FROM gifts WHERE id = 5")).toEqual([1]);
  });

  it("ends with 2, and the count, when more references lead nowhere than before", () => {
    const shop = new DatabaseSync(join(folder, "shop.db"), { enableForeignKeyConstraints: false });
    shop.exec("INSERT INTO orders VALUES (99, 77)");
    shop.close();
    const before = erase("sqlite", "shop.db", "orders", "8");
    expect(before.stdout).toContain("1 references in the file lead nowhere, as they did before");
    expect(before.status).toBe(0);
    const again = new DatabaseSync(join(folder, "shop.db"));
    again.exec(`CREATE TRIGGER late AFTER DELETE ON customers
      BEGIN INSERT INTO orders VALUES (100, 78); END`);
    again.close();
    const { status, stdout } = erase("sqlite", "shop.db", "customers", "1");
    expect(stdout).toContain("2 references in the file lead nowhere; before it were 1");
    expect(status).toBe(2);
  });

  it("takes the table's name in any case, as SQLite does, and counts each row once", () => {
    const shop = new DatabaseSync(join(folder, "shop.db"), { enableForeignKeyConstraints: false });
    shop.exec(`CREATE TABLE p (id INTEGER PRIMARY KEY, q INTEGER REFERENCES p);
      INSERT INTO p VALUES (1, 2), (2, 1), (3, 1)`);
    shop.close();
    expect(erase("sqlite", "shop.db", "P", "1").stdout).toContain("done: deleted 3 rows");
  });

  it("takes keys of several columns, and names what is not there", () => {
    expect(erase("sqlite", "shop.db", "members", '["acme", 7]').status).toBe(0);
    expect(rows("SELECT club FROM members")).toEqual([]);
    const absent = erase("sqlite", "shop.db", "customers", "9");
    expect(absent).toMatchObject({ status: 1, stdout: "" });
    expect(absent.stderr).toContain("customers has no row 9");
    expect(erase("sqlite", "shop.db", "members", "7").stderr).toContain("give club, number");
    expect(erase("sqlite", "shop.db", "people", "7").stderr).toContain("customers");
  });

  it("shows keys so that they can be given again", () => {
    const shop = new DatabaseSync(join(folder, "shop.db"));
    shop.exec(`CREATE TABLE t (code TEXT PRIMARY KEY); CREATE TABLE pairs (a TEXT, b INTEGER,
        t REFERENCES t, PRIMARY KEY (a, b));
      INSERT INTO t VALUES ('ABC'), ('7'); INSERT INTO pairs VALUES ('it''s', 3, 'ABC'), (NULL, 4, '7');
      CREATE TRIGGER hold BEFORE DELETE ON pairs BEGIN SELECT RAISE(ABORT, 'held'); END`);
    shop.close();
    const { stdout } = erase("sqlite", "shop.db", "t", "ABC", "--dry-run");
    expect(stdout).toContain("t, as ABC\n");
    expect(stdout).toContain(`t <- pairs, as ["it's",3]\n`);
    expect(erase("sqlite", "shop.db", "t", "ABC").stdout).toContain(
      `t ABC <- pairs ["it's",3]: held`,
    );
    const pair = erase("sqlite", "shop.db", "pairs", `["it's",3]`, "--dry-run");
    expect(pair.stdout).toContain("Would delete 1 rows");
    const seven = erase("sqlite", "shop.db", "t", '["7"]', "--dry-run").stdout;
    expect(seven).toMatch(/ t, as \["7"\]\n.* pairs, as rowid 2\n/);
  });

  it("takes blobs, and shows texts as they read", () => {
    const shop = new DatabaseSync(join(folder, "shop.db"));
    shop.exec(`CREATE TABLE files (hash BLOB PRIMARY KEY);
      CREATE TABLE names (name TEXT PRIMARY KEY, file BLOB REFERENCES files) WITHOUT ROWID;
      INSERT INTO files VALUES (x'00ff'); INSERT INTO names VALUES ('Zoë''s', x'00ff')`);
    shop.close();
    const { status, stdout } = erase("sqlite", "shop.db", "files", "x'00FF'", "--dry-run");
    expect(stdout).toContain(`files <- names, as ["Zoë's"]`);
    expect(status).toBe(0);
  });
});

describe("a key on the command line", () => {
  it("is a whole number or a text, or a JSON array that says which", () => {
    expect(keysOf("42")).toEqual([[42n], ["42"]]);
    expect(keysOf("9007199254740993")).toEqual([[9007199254740993n], ["9007199254740993"]]);
    for (const text of ["042", "-0", "9223372036854775808"]) expect(keysOf(text)).toEqual([[text]]);
    expect(keysOf('["a", 1]')).toEqual([["a", 1n]]);
    expect(keysOf('[1.5, "1.5"]')).toEqual([[1.5, "1.5"]]);
    expect(keysOf("x'00FF'")).toEqual([[Buffer.from([0, 255])], ["x'00FF'"]]);
    expect(keysOf(`["x''", 1]`)).toEqual([
      [Buffer.alloc(0), 1n],
      ["x''", 1n],
    ]);
    for (const text of ["[true]", "[null]", "[[1]]"]) expect(() => keysOf(text)).toThrow("no text");
    expect(() => keysOf("[9007199254740993]")).toThrow("give it as a text");
    expect(() => keysOf("[]")).toThrow("no values");
    expect(() => keysOf("[")).toThrow("no JSON array");
  });
});
