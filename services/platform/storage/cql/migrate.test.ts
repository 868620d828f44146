import { expect, it } from "vitest";
import { migrate } from "./migrate.ts";
import type { Cql } from "./session.ts";

const TABLE = { table: "things", create: "CREATE TABLE things", added: { late: "int" } };

/** A keyspace with the table, and a column of it once `isThere` says so. */
function keyspace(isThere: () => boolean, define: () => Promise<void>): Cql {
  const session = {
    keyspace: "test",
    run: async (query: string) =>
      query.includes("system_schema.tables")
        ? [{ table_name: "things" }]
        : [{ column_name: "id" }, ...(isThere() ? [{ column_name: "late" }] : [])],
    define,
  };
  return session as unknown as Cql;
}

it("goes on when another process added the column a moment before", async () => {
  let isThere = false;
  const refuse = async () => {
    isThere = true;
    throw new Error("conflicts with an existing column");
  };
  await migrate(
    keyspace(() => isThere, refuse),
    [TABLE],
  );
});

it("fails when the column is not there", async () => {
  const refuse = async () => {
    throw new Error("no permission");
  };
  const cql = keyspace(() => false, refuse);
  await expect(migrate(cql, [TABLE])).rejects.toThrow("no permission");
});
