import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { migrate } from "../../services/platform/storage/cql/migrate.ts";
import { cqlGrants, ID_GRANT_TABLES } from "../../services/platform/storage/ids/cql-grants.ts";
import { lmdbGrants } from "../../services/platform/storage/ids/lmdb-grants.ts";
import { openLmdb } from "../../services/platform/storage/lmdb/open.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../support/cql-keyspace.ts";
import { idGrantContract } from "./id-grants.contract.ts";

const address = await runningCql();
/** Every process tries the same node first: the worst case. */
const sameStart = () => 0.5;

describe("id grants, LMDB", () =>
  idGrantContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-grants-"));
    const lmdb = openLmdb(folder);
    return {
      process: () => lmdbGrants(lmdb),
      close: async () => {
        await lmdb.close();
        await rm(folder, { recursive: true });
      },
    };
  }));

describe.skipIf(!address)(cqlTitle("id grants", address), () => {
  idGrantContract(async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, ID_GRANT_TABLES);
    return { process: () => cqlGrants(cql, sameStart), close: drop };
  });

  it("are found by who begins before another process has made their table", async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    const nowMs = Date.now();
    const acquired = cqlGrants(cql, sameStart).acquire(nowMs, nowMs + 10_000);
    await migrate(cql, ID_GRANT_TABLES);
    expect((await acquired).grant).toMatchObject({ fromMs: nowMs });
    await drop();
  });

  it("is refused to a process whose clock is off, and lost to who took the node", async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, ID_GRANT_TABLES);
    const [one, two] = [cqlGrants(cql, sameStart), cqlGrants(cql, sameStart)];
    const nowMs = Date.now();
    const off = one.acquire(nowMs - 3_000, nowMs);
    await expect(off).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const { grant } = await one.acquire(nowMs, nowMs + 1);
    const { grant: next } = await two.acquire(nowMs + 1, nowMs + 10_000);
    expect(next.node).toBe(grant.node);
    await expect(one.extend(grant, nowMs + 20_000)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await drop();
  });
});
