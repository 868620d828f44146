import { describe, expect, it } from "vitest";
import type { CqlRow } from "../../../services/platform/storage/cql/session.ts";
import { lineOf, READ_AT } from "./cells.ts";
import type { Column, Table } from "./columns.ts";
import { RANGES, tokensOf } from "./read-table.ts";
import { rowsOf, statementsOf } from "./write-table.ts";

const column = (name: string, kind: Column["kind"], type: string): Column => ({ name, kind, type });
const TABLE: Table = {
  name: "things",
  columns: [
    column("id", "partition_key", "bigint"),
    column("at", "clustering", "int"),
    column("owner", "static", "text"),
    column("body", "regular", "blob"),
    column("gone", "regular", "boolean"),
  ],
};
const ROW = {
  ...{ id: 7n, at: 3, owner: null, body: Buffer.from("hi"), gone: true },
  ...{ body_written: 1_000n, body_ttl: 50, gone_written: 2_000n, gone_ttl: null },
  [READ_AT]: 100_999n,
};

function statementsFor(table: Table, row: CqlRow, nowMs: number) {
  const line = JSON.parse(JSON.stringify(lineOf(table, row)));
  return rowsOf(table.name, table.columns, line).flatMap((one) => statementsOf(one, nowMs));
}

describe("a row", () => {
  it("is the same line whenever it is read", () => {
    const later = { ...ROW, [READ_AT]: 110_001n, body_ttl: 40 };
    expect(lineOf(TABLE, ROW)).toEqual(["7", 3, null, ["aGk=", "1000", 150], [true, "2000", null]]);
    expect(lineOf(TABLE, later)).toEqual(lineOf(TABLE, ROW));
  });

  it("comes back with the time and the rest of the life of each cell", () => {
    expect(statementsFor(TABLE, ROW, 120_000)).toEqual([
      {
        query: "UPDATE things USING TIMESTAMP ? AND TTL ? SET body = ? WHERE id = ? AND at = ?",
        values: [1_000n, 30, Buffer.from("hi"), 7n, 3],
      },
      {
        query: "UPDATE things USING TIMESTAMP ? AND TTL ? SET gone = ? WHERE id = ? AND at = ?",
        values: [2_000n, 0, true, 7n, 3],
      },
    ]);
  });

  it("comes back without what has ended meanwhile", () => {
    const statements = statementsFor(TABLE, ROW, 150_000);
    expect(statements.map(({ values }) => values[0])).toEqual([2_000n]);
  });

  it("of a partition's static cells alone has no clustering key", () => {
    const row = { id: 7n, owner: "me", owner_written: 5n, owner_ttl: null, [READ_AT]: 1n };
    expect(statementsFor(TABLE, row, 0)).toEqual([
      {
        query: "UPDATE things USING TIMESTAMP ? AND TTL ? SET owner = ? WHERE id = ?",
        values: [5n, 0, "me", 7n],
      },
    ]);
  });

  it("that is a key alone is inserted", () => {
    const columns = TABLE.columns.slice(0, 2);
    const row = { id: 7n, at: 3, [READ_AT]: 1n };
    expect(statementsFor({ name: "keys", columns }, row, 0)).toEqual([
      { query: "INSERT INTO keys (id, at) VALUES (?, ?)", values: [7n, 3] },
    ]);
  });
});

it("the ranges cover all tokens, each once", () => {
  const ranges = Array.from({ length: RANGES }, (_, i) => tokensOf(i));
  expect(ranges[0][0]).toBe(-(2n ** 63n));
  expect(ranges[RANGES - 1][1]).toBe(2n ** 63n - 1n);
  for (const [i, [first]] of ranges.entries()) {
    if (i > 0) expect(first).toBe(ranges[i - 1][1] + 1n);
  }
});
