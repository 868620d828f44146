import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { migrate } from "../../services/platform/storage/cql/migrate.ts";
import { cqlGrants, ID_GRANT_TABLES } from "../../services/platform/storage/ids/cql-grants.ts";
import { lmdbGrants } from "../../services/platform/storage/ids/lmdb-grants.ts";
import { openLmdb } from "../../services/platform/storage/lmdb/open.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../support/engines/cql-keyspace.ts";
import { idGrantContract } from "./id-grants.contract.ts";

const address = await runningCql();
/** Every process tries the same node first: the worst case. */
const sameStart = () => 0.5;
/** The clocks of this machine and of the database. */
const CLOCKS_APART_MS = 5_000;

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), "tidings-grants-"));
  const lmdb = openLmdb(folder);
  const close = async () => {
    await lmdb.close();
    await rm(folder, { recursive: true });
  };
  return { lmdb, close };
}

describe("id grants, LMDB", () => {
  idGrantContract(async () => {
    const { lmdb, close } = await openFolder();
    return { process: () => lmdbGrants(lmdb, () => 0), close };
  });

  it("know the newest time from what is stored, and where that was erased from the grants", async () => {
    const { lmdb, close } = await openFolder();
    const nowMs = Date.now();
    let storedMs = 0;
    const grants = lmdbGrants(lmdb, () => storedMs);
    await grants.extend(await grants.acquire(nowMs, nowMs + 10_000), nowMs + 30_000);
    expect(await grants.newestMs()).toBe(nowMs + 20_000);
    storedMs = nowMs + 25_000;
    expect(await grants.newestMs()).toBe(storedMs);
    await close();
  });
});

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
    expect(await acquired).toMatchObject({ fromMs: nowMs });
    await drop();
  });

  it("is lost to who took the node after its end", async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, ID_GRANT_TABLES);
    const [one, two] = [cqlGrants(cql, sameStart), cqlGrants(cql, sameStart)];
    const nowMs = Date.now();
    const grant = await one.acquire(nowMs, nowMs + 1);
    const next = await two.acquire(nowMs + 1, nowMs + 10_000);
    expect(next.node).toBe(grant.node);
    expect(await one.extend(grant, nowMs + 20_000)).toBeUndefined();
    await one.release(grant, nowMs);
    expect(await two.extend(next, nowMs + 20_000)).toEqual({ ...next, toMs: nowMs + 20_000 });
    await drop();
  });

  it("tells where an attempt before has put its end", async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, ID_GRANT_TABLES);
    const grants = cqlGrants(cql, sameStart);
    const nowMs = Date.now();
    const grant = await grants.acquire(nowMs, nowMs + 10_000);
    await grants.extend(grant, nowMs + 11_000);
    // As if that answer had never come.
    const extended = await grants.extend(grant, nowMs + 12_000);
    expect(extended).toEqual({ ...grant, toMs: nowMs + 11_000 });
    expect(await grants.newestMs()).toBe(nowMs + 1_000);
    const beforeMs = Date.now();
    const storeMs = (await grants.storeTimeMs?.()) ?? 0;
    expect(storeMs).toBeGreaterThan(beforeMs - CLOCKS_APART_MS);
    expect(storeMs).toBeLessThan(Date.now() + CLOCKS_APART_MS);
    await drop();
  });
});
