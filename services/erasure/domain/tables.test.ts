import { describe, expect, it } from "vitest";
import { tablesIn, undeclared } from "../../../tools/erase/declared-tables.ts";

describe("the tables of the services", () => {
  it("are found in statements and in calls, by the parts of their names that are written", () => {
    const put = ["$", "{name}"].join("");
    const code = `lmdb.table("a-b"); lmdb.table(\`queue/${put}\`); CREATE TABLE IF NOT EXISTS t_1 (`;
    expect(tablesIn(code)).toEqual(["a-b", "queue/*", "t_1"]);
  });

  it("all say what becomes of a person's part", () => {
    expect(undeclared()).toEqual([]);
  });
});
