import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import { CqlOutbox } from "../../../services/platform/messaging/outbox/cql-outbox.ts";
import {
  CqlOutboxRows,
  outboxTables,
} from "../../../services/platform/messaging/outbox/cql-outbox-rows.ts";
import { LmdbOutbox } from "../../../services/platform/messaging/outbox/lmdb-outbox.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import type { Cql } from "../../../services/platform/storage/cql/session.ts";
import type { IdSource } from "../../../services/platform/storage/ids/id-source.ts";
import { STATIC_LEASE } from "../../../services/platform/storage/leases/lease.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { CqlPostStore } from "../../../services/post/adapters/cql/cql-post-store.ts";
import { PostRows } from "../../../services/post/adapters/cql/post-rows.ts";
import { POST_TABLES } from "../../../services/post/adapters/cql/schema.ts";
import { openLmdbPostLog } from "../../../services/post/adapters/lmdb/lmdb-post-log.ts";
import { LmdbPostStore } from "../../../services/post/adapters/lmdb/lmdb-post-store.ts";
import { PostTables } from "../../../services/post/adapters/lmdb/post-tables.ts";
import { PostCache } from "../../../services/post/domain/cache/post-cache.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { memoryCql } from "../../support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../support/engines/memory-cql/memory-keyspace.ts";
import { postStoreContract } from "./post-store.contract.ts";

const silent = createLogger("test", "silent");
const address = await runningCql();

describe("post store, LMDB", () =>
  postStoreContract(async (ids, clock) => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-posts-"));
    const lmdb = openLmdb(folder);
    const tables = new PostTables(lmdb);
    const outbox = new LmdbOutbox(lmdb);
    const log = await openLmdbPostLog({
      lmdb,
      tables,
      clock,
      random: Math.random,
      keptMs: 3_600_000,
    });
    return {
      store: new LmdbPostStore({ lmdb, tables, outbox, log, ids, clock }),
      outbox,
      close: async () => {
        await lmdb.close();
        await rm(folder, { recursive: true });
      },
    };
  }));

/** The store as the only replica. */
async function cqlFixture(cql: Cql, ids: Pick<IdSource, "next">, clock: Clock) {
  await migrate(cql, [...POST_TABLES, ...outboxTables("post_outbox")]);
  const outboxRows = new CqlOutboxRows(cql, "post_outbox");
  const outbox = new CqlOutbox({ rows: outboxRows, lease: () => STATIC_LEASE, clock, log: silent });
  const rows = new PostRows(cql);
  // The only replica: it knows of every deletion.
  const cache = new PostCache({ maxBytes: 1_000_000, isTrusted: () => true });
  return { store: new CqlPostStore({ cql, rows, outbox, ids, clock, cache }), outbox };
}

describe.skipIf(!address)(cqlTitle("post store", address), () =>
  postStoreContract(async (ids, clock) => {
    const { cql, drop } = await freshKeyspace(present(address));
    return { ...(await cqlFixture(cql, ids, clock)), close: drop };
  }),
);

describe("post store, CQL in memory", () =>
  postStoreContract(async (ids, clock) => {
    const cql = memoryCql(new MemoryKeyspace(clock.nowMs()));
    return { ...(await cqlFixture(cql, ids, clock)), close: async () => {} };
  }));
