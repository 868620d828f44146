import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { sqliteFiles } from "../testing/sqlite-files.ts";
import { readCatalog } from "./catalog.ts";
import { isSearched } from "./plans.ts";

const { newFile, eraseP } = sqliteFiles();

const NAMES = ["b", "g", "h", "c", "d", "r", "t", "k0", "json_each", "main", "pragma_table_list"];

describe("a database with names that the statements use themselves", () => {
  const others = ["pragma_foreign_key_list", "pragma_index_list", "pragma_table_xinfo", "rowid"];
  it.each([...NAMES, ...others])("as a table: %s", async (name) => {
    const actions = ["CASCADE", "SET NULL", "SET DEFAULT"];
    const columns = actions.map(
      (action, i) => `p${i} integer DEFAULT 2 REFERENCES p ON DELETE ${action}`,
    );
    const { erased, violations, left } = await eraseP(
      `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);
        CREATE TABLE "${name}" (id INTEGER PRIMARY KEY, ${columns});
        CREATE TABLE w (k0 TEXT, b INTEGER, n REFERENCES "${name}", PRIMARY KEY (k0, b)) WITHOUT ROWID;
        INSERT INTO "${name}" VALUES (1, 1, 2, 2), (2, 2, 1, 1), (3, 2, 2, 2);
        INSERT INTO w VALUES ('a', 1, 1), ('b', 1, 2)`,
      ...["p", name, "w"],
    );
    expect(erased).toMatchObject({ status: "done", deleted: 3 });
    expect(violations).toBe(0);
    expect(left).toEqual([
      [[2]],
      [
        [2, 2, null, 2],
        [3, 2, 2, 2],
      ],
      [["b", 1, 2]],
    ]);
  });
});

it.each(['"b"', "b", "'b'"])(
  "takes DEFAULT %s as a text, whatever columns there are",
  async (value) => {
    const { erased, left } = await eraseP(
      `CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT UNIQUE); INSERT INTO p VALUES (1, 'a'), (2, 'b');
      CREATE TABLE d (b TEXT, p TEXT DEFAULT ${value} REFERENCES p (name) ON DELETE SET DEFAULT);
      INSERT INTO d VALUES ('x', 'a')`,
      ...["p", "d"],
    );
    expect(erased).toMatchObject({ status: "done", deleted: 1 });
    expect(left).toEqual([[[2, "b"]], [["x", "b"]]]);
  },
);

describe("a trigger", () => {
  const TREE = `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
    CREATE TABLE q (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p); INSERT INTO q VALUES (1, 1), (2, 1)`;
  const path = [
    { table: "p", id: 1 },
    { table: "q", id: 2 },
  ];
  const still = "is still there after DELETE: a trigger kept it or put it back";

  it.each([
    ["keeps", "BEFORE DELETE ON q WHEN old.id = 2 BEGIN SELECT RAISE(IGNORE); END"],
    ["puts back", "AFTER DELETE ON q WHEN old.id = 2 BEGIN INSERT INTO q VALUES (2, 1); END"],
  ])("that %s a row blocks, with the path", async (_, trigger) => {
    const { erased, left } = await eraseP(`${TREE}; CREATE TRIGGER tr ${trigger}`, "p", "q");
    expect(erased).toMatchObject({ status: "blocked", tables: { q: 1 }, deleted: 1, kept: 1 });
    expect(erased.blocked).toEqual([{ table: "q", id: 2, reason: still, path }]);
    expect(left).toEqual([[[1]], [[2, 1]]]);
  });

  it("that writes another row for each that goes ends, and says who holds what", async () => {
    const again = "AFTER DELETE ON q BEGIN INSERT INTO q (p) VALUES (1); END";
    const { erased, violations } = await eraseP(`${TREE}; CREATE TRIGGER tr ${again}`);
    expect(erased).toMatchObject({ status: "blocked", scans: 50, kept: 0 });
    const reason = "q(p) -> p(id) still refers to it";
    expect(erased.blocked).toMatchObject([{ table: "p", id: 1, reason }]);
    expect(violations).toBe(0);
  });

  it("that keeps a reference blocks what it refers to", async () => {
    const { erased, violations } = await eraseP(`CREATE TABLE p (id INTEGER PRIMARY KEY);
      CREATE TABLE d (p INTEGER REFERENCES p ON DELETE SET NULL);
      INSERT INTO p VALUES (1); INSERT INTO d VALUES (1);
      CREATE TRIGGER tr BEFORE UPDATE ON d BEGIN SELECT RAISE(IGNORE); END`);
    expect(erased.blocked).toMatchObject([{ table: "p", id: 1 }]);
    expect(erased.blocked[0].reason).toContain("a trigger kept the reference of d(p) -> p(id)");
    expect(violations).toBe(0);
  });
});

it("an index that SQLite can't search is not asked row by row", () => {
  const database = new DatabaseSync(
    newFile(`CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE);
      CREATE TABLE a (x INTEGER REFERENCES p); CREATE INDEX ax ON a (x);
      CREATE TABLE b (x REFERENCES p); CREATE INDEX bx ON b (x);
      CREATE TABLE c (x TEXT REFERENCES p (name)); CREATE INDEX cx ON c (x);
      CREATE TABLE d (x TEXT REFERENCES p)`),
  );
  const { foreignKeys } = readCatalog(database);
  const searched = foreignKeys.map((key) => [key.child.name, isSearched(database, key)]);
  expect(Object.fromEntries(searched)).toEqual({ a: true, b: false, c: false, d: false });
  database.close();
});

describe("a reference is what SQLite takes for one", () => {
  const TYPES = ["TEXT", ""];
  it.each(TYPES.flatMap((type) => ["", "CREATE INDEX i ON c (p)"].map((index) => [type, index])))(
    "of columns that differ in affinity: %j, %s",
    async (type, index) => {
      const [first, second] = type === "TEXT" ? ["'01'", "'1'"] : ["'1'", "1"];
      const { erased, left } = await eraseP(
        `CREATE TABLE p (id ${type} PRIMARY KEY); INSERT INTO p VALUES (${first}), (${second});
          CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p); ${index};
          INSERT INTO c VALUES (1, 1)`,
        ...["p", "c"],
      );
      expect(erased).toMatchObject({ status: "done", deleted: 1 });
      expect(left[1]).toEqual([[1, 1]]);
    },
  );

  const AFFINITIES = ["TEXT", "TEXT COLLATE NOCASE", "", "BLOB", "INTEGER", "REAL", "NUMERIC"];
  const VALUES = ["1", "1.0", "'1'", "'1.0'", "'01'", "x'31'", "1.5", "'1.5'"];
  it.each(AFFINITIES.flatMap((parent) => AFFINITIES.map((child) => [parent, child])))(
    "of all that it lets refer: %j from %j",
    async (parent, child) => {
      for (const key of VALUES) {
        const schema = `CREATE TABLE p (k ${parent} UNIQUE); INSERT INTO p VALUES (${key});
          CREATE TABLE c (id INTEGER PRIMARY KEY, k ${child} REFERENCES p(k)); CREATE INDEX i ON c (k);`;
        const database = new DatabaseSync(":memory:");
        database.exec(schema);
        const taken = VALUES.map((value) => `INSERT INTO c (k) VALUES (${value});`).filter(
          (sql) => {
            try {
              database.exec(sql);
              return true;
            } catch {
              return false;
            }
          },
        );
        database.close();
        const { erased, violations, left } = await eraseP(`${schema} ${taken.join(" ")}`, "p", "c");
        expect(erased).toMatchObject({ status: "done", deleted: 1 + taken.length });
        expect([violations, left]).toEqual([0, [[], []]]);
      }
    },
  );

  it("by the parent's collation", async () => {
    const { erased, left } = await eraseP(
      `CREATE TABLE p (id TEXT COLLATE NOCASE PRIMARY KEY); INSERT INTO p VALUES ('Ann'), ('Bob');
        CREATE TABLE c (id INTEGER PRIMARY KEY, p TEXT REFERENCES p); CREATE INDEX i ON c (p);
        INSERT INTO c VALUES (1, 'ANN'), (2, 'ann'), (3, 'bob')`,
      ...["p", "c"],
    );
    expect(erased).toMatchObject({ status: "done", deleted: 3 });
    expect(left).toEqual([[["Bob"]], [[3, "bob"]]]);
  });
});

it("keys of texts that are no UTF-8, have a NUL, or stand beside the same as a number or a blob", async () => {
  const bad = "CAST(x'6cff' AS TEXT)";
  const { erased, left } = await eraseP(
    `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);
      CREATE TABLE c (k PRIMARY KEY, p INTEGER REFERENCES p) WITHOUT ROWID;
      CREATE TABLE d (id INTEGER PRIMARY KEY, c REFERENCES c);
      INSERT INTO c VALUES (${bad}, 1), ('ä', 1), ('a' || char(0), 1), (1, 1), (x'31', 1), ('1', 2), (char(65533), 2);
      INSERT INTO d (c) SELECT k FROM c ORDER BY p`,
    ...["p", "c", "d"],
  );
  expect(erased).toMatchObject({ status: "done", deleted: 11 });
  expect(left).toEqual([
    [[2]],
    [
      ["1", 2],
      ["\u{fffd}", 2],
    ],
    [
      [6, "1"],
      [7, "\u{fffd}"],
    ],
  ]);
});
