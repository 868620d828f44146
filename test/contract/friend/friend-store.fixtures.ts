import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CqlFriendStore } from "../../../services/friend/adapters/cql/cql-friend-store.ts";
import { CqlListRows } from "../../../services/friend/adapters/cql/lists/list-rows.ts";
import { PackedLists } from "../../../services/friend/adapters/cql/lists/packed-lists.ts";
import { PairChanges } from "../../../services/friend/adapters/cql/pair-changes.ts";
import { CqlPairRows } from "../../../services/friend/adapters/cql/pair-rows.ts";
import { CqlPartRows } from "../../../services/friend/adapters/cql/parts/cql-part-rows.ts";
import {
  FriendCounts,
  PART_ROWS,
} from "../../../services/friend/adapters/cql/parts/friend-counts.ts";
import { FriendList } from "../../../services/friend/adapters/cql/parts/friend-list.ts";
import { RelationRows } from "../../../services/friend/adapters/cql/relation-rows.ts";
import { FRIEND_TABLES } from "../../../services/friend/adapters/cql/schema.ts";
import { LmdbFriendStore } from "../../../services/friend/adapters/lmdb/lmdb-friend-store.ts";
import { makePostId } from "../../../services/model/ids.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import type { CqlOutbox } from "../../../services/platform/messaging/outbox/cql-outbox.ts";
import { LmdbOutbox } from "../../../services/platform/messaging/outbox/lmdb-outbox.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { type Cql, connectCql } from "../../../services/platform/storage/cql/session.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import type { Engines } from "../../../tools/engines/engines.ts";
import { memoryCql } from "../../support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../support/engines/memory-cql/memory-keyspace.ts";
import { CONTRACT_LIMITS, type FriendStoreFixture } from "./friend-store.contract.ts";

/** The embedded engine in a folder of its own: one process, so one store. */
export async function lmdbFriendFixture(): Promise<FriendStoreFixture> {
  const folder = await mkdtemp(join(tmpdir(), "tidings-friend-store-"));
  const lmdb = openLmdb(folder);
  const outbox = new LmdbOutbox(lmdb);
  return {
    stores: [new LmdbFriendStore({ lmdb, outbox, clock: systemClock, limits: CONTRACT_LIMITS })],
    events: async () => {
      const items = await outbox.read(100_000);
      return items.map(({ payload }) => Buffer.from(payload).toString());
    },
    close: async () => {
      await lmdb.close();
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * Two processes on one keyspace, the clock of the second 400 ms ahead of the first one's. `partRows`: rows of a
 * partition of friends.
 */
export async function cqlFriendFixture(
  engines: Engines,
  partRows = PART_ROWS,
): Promise<FriendStoreFixture> {
  const { cql, drop } = await openFriendKeyspace(engines);
  const { settle, ...fixture } = storesOn(cql, partRows);
  return { ...fixture, close: () => settle().then(drop) };
}

/** The same on a keyspace in memory. */
export async function memoryFriendFixture(partRows = PART_ROWS): Promise<FriendStoreFixture> {
  const cql = memoryCql(new MemoryKeyspace(Date.now()));
  await migrate(cql, FRIEND_TABLES);
  return { ...storesOn(cql, partRows), close: async () => {} };
}

function storesOn(cql: Cql, partRows: number) {
  const events: string[] = [];
  const outbox: Pick<CqlOutbox, "write"> = {
    write: async ({ payload }) => {
      if (payload.length > 0) events.push(Buffer.from(payload).toString());
      return { done: () => {}, failed: () => {} };
    },
  };
  const relations = new RelationRows(cql);
  const listRows = new CqlListRows(cql, systemClock);
  const parts = new CqlPartRows(cql, listRows);
  const counts = new FriendCounts(cql, parts, partRows);
  const rows = new CqlPairRows(cql, relations, parts, counts);
  const edges = new FriendList(cql, parts);
  const olderWriters = { goneByMs: () => 0 };
  const lists = new PackedLists({ rows: listRows, edges, olderWriters, clock: systemClock });
  const stores = [0, 400].map((aheadMs, node) => {
    const ids = idsOf(node, aheadMs);
    const changes = new PairChanges({ rows, outbox, ids, limits: CONTRACT_LIMITS });
    return new CqlFriendStore({ lists, listRows, edges, counts, relations, changes });
  });
  return { stores, events: async () => events, settle: () => lists.settle() };
}

/** A keyspace of its own with the tables of the friend service. */
export async function openFriendKeyspace(
  engines: Engines,
): Promise<{ readonly cql: Cql; drop(): Promise<void> }> {
  const config = {
    cqlContactPoints: engines.cqlContactPoints,
    cqlLocalDc: engines.cqlLocalDataCenter,
    cqlKeyspace: `test_${randomBytes(6).toString("hex")}`,
    cqlReplication: 1,
  };
  const cql = await connectCql(
    { ...config, service: "test" },
    createLogger("friend-store-test", "silent"),
  );
  await migrate(cql, FRIEND_TABLES);
  return {
    cql,
    drop: async () => {
      await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
      await cql.close();
    },
  };
}

/** Ids of a clock that stands still, as good as: versions then differ only by what a writer has seen. */
function idsOf(node: number, aheadMs: number) {
  const nowMs = Date.now();
  let count = 0;
  return {
    next: () => makePostId(nowMs + aheadMs + Math.floor(count / 4_096), node, count++ % 4_096),
  };
}
