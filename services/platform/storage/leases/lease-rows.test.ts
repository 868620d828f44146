import { expect, it } from "vitest";
import { changedCql } from "../../../../test/support/engines/changed-cql.ts";
import { memoryCql } from "../../../../test/support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../../../test/support/engines/memory-cql/memory-keyspace.ts";
import { present } from "../../../model/invariant.ts";
import { migrate } from "../cql/migrate.ts";
import { LEASE_TABLES, LeaseRows } from "./lease-rows.ts";

it("has as long for what is not urgent as for any statement, and for a renewal what is left for it", async () => {
  const cql = memoryCql(new MemoryKeyspace(0));
  await migrate(cql, LEASE_TABLES);
  const timeouts: (number | undefined)[] = [];
  const watched = changedCql(cql, {
    cas: (query, values, timeoutMs) => {
      timeouts.push(timeoutMs);
      return cql.cas(query, values, timeoutMs);
    },
  });
  const rows = new LeaseRows(watched, "test", { durationMs: 8_000, marginMs: 1_000 });
  const holder = { generation: 1n, holder: "a" };
  expect(await rows.create(holder)).toBe(true);
  expect(await rows.renew(holder, 0n, 1n)).toBe(true);
  expect(await rows.take(present(await rows.read(1n)), 2n, 5)).toBe(true);
  expect(await rows.looked(present(await rows.read(1n)), 2n, 1)).toBe(true);
  expect(timeouts).toEqual([undefined, 1_000, undefined, undefined]);
});
