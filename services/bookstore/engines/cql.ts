import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { keepLease } from "../../platform/storage/leases/lease-keeper.ts";
import { LEASE_TABLES, LeaseRows } from "../../platform/storage/leases/lease-rows.ts";
import { LeasedOwnership } from "../../platform/storage/ownership/leased-ownership.ts";
import { Members } from "../../platform/storage/ownership/members.ts";
import { ShardRows, shardTable } from "../../platform/storage/ownership/shard-rows.ts";
import { CqlPersonStates } from "../../platform/storage/people/cql-person-states.ts";
import { BUYER_STATES, BUYER_TABLES } from "../adapters/cql/buyer-tables.ts";
import { createCqlJournals } from "../adapters/cql/cql-journals.ts";
import { BOOKSTORE_SHARDS, JOURNAL_TABLES } from "../adapters/cql/journal-tables.ts";
import { createPeerClients } from "../adapters/grpc/peer-clients.ts";
import type { BookstoreConfig } from "../config.ts";
import { MAX_SHARDS } from "../domain/ids.ts";
import type { Ownership } from "../ports.ts";
import type { Engine, EngineDeps } from "./engine.ts";

const LEASE_SCOPE = "bookstore";
/** Of the lease: what clocks and pauses may do unseen. */
const MARGIN_PART = 1 / 5;
const LOOKS_PER_LEASE = 10;
const MAX_TICK_MS = 1_000;
const SNAPSHOT_GROUPS = 5_000;
const MIB = 1_024 * 1_024;

/** One of many processes that share 64 shards by lease, on ScyllaDB or Cassandra. */
export async function openCql(config: BookstoreConfig, deps: EngineDeps): Promise<Engine> {
  const { log, metrics, credentials, clock } = deps;
  // Closed in the opposite order; all of it when a later step fails.
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(await connectCql({ ...config, service: "bookstore" }, log), (session) =>
    session.close(),
  );
  const shards = { table: BOOKSTORE_SHARDS, shardCount: MAX_SHARDS };
  await migrate(cql, [
    ...LEASE_TABLES,
    shardTable(shards.table),
    ...JOURNAL_TABLES,
    ...BUYER_TABLES,
  ]);
  const random = Math.random;
  const journals = createCqlJournals({
    cql,
    clock,
    random,
    snapshotGroups: SNAPSHOT_GROUPS,
    snapshotBytes: config.snapshotMib * MIB,
  });
  let joined: LeasedOwnership | undefined;
  const ownership: Ownership = {
    owns: (shard) => joined?.owns(shard) === true,
    term: () => joined?.term() ?? 0,
    ownerOf: (shard) => joined?.ownerOf(shard),
    map: () => joined?.map(),
  };
  const clients = createPeerClients({ ownership, clock, log, metrics, credentials });
  opening.defer(async () => clients.close());
  const times = { durationMs: config.leaseMs, marginMs: config.leaseMs * MARGIN_PART };
  const rows = new LeaseRows(cql, LEASE_SCOPE);
  const opened = opening.move();
  return {
    shardCount: MAX_SHARDS,
    people: new CqlPersonStates({ cql, ...BUYER_STATES, clock }),
    journals,
    ownership,
    peers: clients.peers,
    createHolders: clients.createHolders,
    onFailure: (owned, shard, error) => {
      log.warn({ err: error, shard }, "a journal takes no more: its shard is loaded anew");
      void owned.reload(shard);
    },
    load: async () => {},
    join: async (owned, address) => {
      const holder = config.address === "" ? reachable(address) : config.address;
      const keeper = await keepLease({ rows, holder, times, random, log, clock, metrics });
      joined = new LeasedOwnership({
        keeper,
        members: new Members(rows, times),
        shardRows: new ShardRows(cql, shards),
        address: holder,
        load: (numbers) => owned.load(numbers),
        finish: (numbers) => owned.finish(numbers),
        unload: (numbers) => owned.unload(numbers),
        tickMs: Math.min(MAX_TICK_MS, config.leaseMs / LOOKS_PER_LEASE),
        log,
        clock,
      });
      await joined.tick();
      void joined.run();
    },
    leave: async (withinMs) => joined?.leave(withinMs),
    close: async () => {
      await joined?.close();
      await opened.disposeAsync();
    },
  };
}

/** The name by which processes know each other must be one by which they reach each other. */
function reachable(served: string): string {
  if (!/^(0\.0\.0\.0|\[?::\]?):/.test(served)) return served;
  throw new Error(
    `TIDINGS_BOOKSTORE_ADDRESS is empty, and nobody reaches ${served}: send this process's host:port`,
  );
}
