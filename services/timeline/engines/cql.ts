import { GAUGES } from "../../model/metrics.ts";
import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { keepLease } from "../../platform/storage/leases/lease-keeper.ts";
import { LEASE_TABLES, LeaseRows } from "../../platform/storage/leases/lease-rows.ts";
import { LeasedOwnership } from "../../platform/storage/ownership/leased-ownership.ts";
import { Members } from "../../platform/storage/ownership/members.ts";
import { ShardRows, shardTable } from "../../platform/storage/ownership/shard-rows.ts";
import { CqlEntryStore } from "../adapters/cql/cql-entry-store.ts";
import { DAY_MS } from "../adapters/cql/entry-rows.ts";
import { ENTRY_TABLES } from "../adapters/cql/entry-tables.ts";
import { TIMELINE_SHARDS } from "../adapters/cql/timeline-shards.ts";
import type { TimelineConfig } from "../config.ts";
import type { Engine, EngineDeps, ShardMoves } from "./engine.ts";

const MIB = 1_024 * 1_024;
const LEASE_SCOPE = "timeline";
/** Of the lease: what clocks and pauses may do unseen. */
const MARGIN_PART = 1 / 5;
/** Looks at the shards in the time of a lease, and at most so far apart. */
const LOOKS_PER_LEASE = 10;
const MAX_TICK_MS = 1_000;

/** One of many processes that share the shards by lease, on ScyllaDB or Cassandra. */
export async function openCql(config: TimelineConfig, deps: EngineDeps): Promise<Engine> {
  const { log, clock, metrics } = deps;
  // Closed in the opposite order; all of it when a later step fails.
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(await connectCql({ ...config, service: "timeline" }, log), (session) =>
    session.close(),
  );
  await migrate(cql, [...LEASE_TABLES, shardTable(TIMELINE_SHARDS.table), ...ENTRY_TABLES]);
  const address = config.addresses[config.index];
  const times = { durationMs: config.leaseMs, marginMs: config.leaseMs * MARGIN_PART };
  const leases = new LeaseRows(cql, LEASE_SCOPE, times);
  const random = Math.random;
  const keeper = await keepLease({
    rows: leases,
    holder: address,
    times,
    random,
    log,
    clock,
    metrics,
  });
  let moves: ShardMoves = { took: () => {}, moved: () => {} };
  const ownership = new LeasedOwnership({
    keeper,
    members: new Members(leases, times),
    shardRows: new ShardRows(cql, TIMELINE_SHARDS),
    address,
    load: async (shards) => {
      // The log is read while this loads: when the shards are served, the index has what it was behind.
      moves.took(shards);
      await store.acquire(shards);
      moves.moved(shards);
    },
    unload: (shards) => {
      store.release(shards);
      moves.moved(shards);
    },
    tickMs: Math.min(MAX_TICK_MS, config.leaseMs / LOOKS_PER_LEASE),
    log,
    clock,
  });
  opening.defer(() => ownership.close());
  const store = new CqlEntryStore({
    cql,
    ownership,
    limits: { maxRingEntries: config.ringEntries, maxSlabBytes: config.slabMib * MIB },
    times: { windowMs: config.windowMs, marginMs: DAY_MS, partitionMs: DAY_MS },
    clock,
  });
  metrics.gauge(GAUGES.timelineShards, () => ownership.servedCount);
  const opened = opening.move();
  return {
    store,
    ownership,
    join: async (told) => {
      moves = told;
      await ownership.tick();
      void ownership.run();
    },
    leave: (withinMs) => ownership.leave(withinMs),
    close: () => opened.disposeAsync(),
  };
}
