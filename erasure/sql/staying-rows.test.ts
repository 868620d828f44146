import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createErasure } from "../erase.ts";
import { makeDatabase, schemas } from "../testing/random-schema.ts";
import { sqliteFiles, storeHere } from "../testing/sqlite-files.ts";

/** The keys of the first row of a made-up database. */
const FIRST = {
  integer: [1],
  text: ["it's 0"],
  composite: [0, "0"],
  "without-rowid": ["0", Buffer.from([0, 0x10])],
} as const;

const { eraseP, dryRunP, newFile } = sqliteFiles();

describe("what stays is never left with a reference that leads nowhere", () => {
  it.each([
    ["to what is not there", 99],
    ["to what goes", 1],
  ])("SET DEFAULT %s blocks", async (_, value) => {
    const { erased, violations, left } = await eraseP(
      `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);
        CREATE TABLE d (id INTEGER PRIMARY KEY,
          p INT DEFAULT ${value} REFERENCES p ON DELETE SET DEFAULT);
        INSERT INTO d VALUES (1, 1)`,
      ...["p", "d"],
    );
    expect(erased).toMatchObject({ status: "blocked", deleted: 0, kept: 0 });
    const reason = `d(p) -> p(id) would be set to (${value}), which leads nowhere`;
    expect(erased.blocked).toMatchObject([{ table: "p", id: 1, reason }]);
    expect(violations).toBe(0);
    expect(left).toEqual([[[1], [2]], [[1, 1]]]);
  });

  it("a row that refers to itself is named with reason and path when it blocks", async () => {
    const { erased, violations, left } = await eraseP(
      `CREATE TABLE p (id INTEGER PRIMARY KEY);
        CREATE TABLE q (id INTEGER PRIMARY KEY, up REFERENCES q, p REFERENCES p);
        CREATE TABLE c (id INTEGER PRIMARY KEY, q INT DEFAULT 1 REFERENCES q ON DELETE SET DEFAULT);
        INSERT INTO p VALUES (1); INSERT INTO q VALUES (1, 1, 1), (2, 1, 1); INSERT INTO c VALUES (1, 2)`,
      ...["q", "c"],
    );
    // Row 2 may go: what referred to it is set to 1, which is still there, and can't go for it.
    expect(erased).toMatchObject({ status: "blocked", tables: { q: 1 }, deleted: 1, kept: 1 });
    const reason = "c(q) -> q(id) would be set to (1), which leads nowhere";
    const path = [
      { table: "p", id: 1 },
      { table: "q", id: 1 },
    ];
    expect(erased.blocked).toEqual([{ table: "q", id: 1, reason, path }]);
    expect(violations).toBe(0);
    expect(left).toEqual([[[1, 1, 1]], [[1, 1]]]);
  });

  const COMPOSITE = `CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);
    CREATE TABLE d (k INTEGER REFERENCES p ON DELETE SET NULL, x INT, PRIMARY KEY (k, x));
    CREATE TABLE e (k, x, q REFERENCES p, FOREIGN KEY (k, x) REFERENCES d);
    INSERT INTO d VALUES (1, 1), (1, 2), (2, 1)`;

  it("SET NULL of what something refers to blocks", async () => {
    const { erased, violations, left } = await eraseP(
      `${COMPOSITE}; INSERT INTO e VALUES (1, 1, NULL), (2, 1, NULL)`,
      ...["p", "d"],
    );
    expect(erased).toMatchObject({ status: "blocked", deleted: 0, kept: 0 });
    const reason = "d(k) -> p(id) would change what e(k,x) -> d(k,x) refers to";
    expect(erased.blocked).toMatchObject([{ table: "p", id: 1, reason }]);
    const stranded = await dryRunP(`${COMPOSITE}; INSERT INTO e VALUES (1, 1, NULL), (2, 1, NULL)`);
    expect(stranded.hindrances).toEqual([{ reason, table: "e", count: 1, examples: [1] }]);
    expect(violations).toBe(0);
    expect(left[1]).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
  });

  it("unless that goes, too", async () => {
    const sql = `${COMPOSITE}; INSERT INTO e VALUES (1, 1, 1), (2, 1, NULL)`;
    expect((await dryRunP(sql)).hindrances).toEqual([]);
    const { erased, violations, left } = await eraseP(sql, "p", "d", "e");
    expect(erased).toMatchObject({ status: "done", deleted: 2 });
    expect(violations).toBe(0);
    expect(left).toEqual([
      [[2]],
      [
        [null, 1],
        [null, 2],
        [2, 1],
      ],
      [[2, 1, null]],
    ]);
  });
});

it("what a dry run says would block, blocks", async () => {
  const actions = ["", "ON DELETE SET NULL", "ON DELETE SET DEFAULT"];
  await fc.assert(
    fc.asyncProperty(schemas(actions), async (draft) => {
      const { sql, items } = makeDatabase(draft);
      await using stack = new AsyncDisposableStack();
      const store = await storeHere(newFile(sql));
      stack.defer(() => store.close());
      const [{ table }] = items;
      const kind = draft.tables[Number(table.slice(1))].key;
      const root = await store.find(table, FIRST[kind]);
      const erasure = createErasure(store, { sleep: async () => {} });
      if (root === undefined) throw new Error("the first row is not there");
      const { hindrances, found } = await erasure.dryRun(root.table, root.id);
      const { status, deleted } = await erasure.deleteAllItems(root.table, root.id);
      if (hindrances.length > 0) expect(status).toBe("blocked");
      if (status === "done") expect(deleted).toBe(found);
    }),
    { numRuns: 150 },
  );
});
