import { present } from "../../../services/model/invariant.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { readConfig } from "../../../services/platform/config/config.ts";
import type { Environment } from "../../../services/platform/config/variable.ts";
import { CQL_VARIABLES } from "../../../services/platform/storage/cql/config.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { keepLease } from "../../../services/platform/storage/leases/lease-keeper.ts";
import { LEASE_TABLES, LeaseRows } from "../../../services/platform/storage/leases/lease-rows.ts";
import {
  type Member,
  preferredOwner,
} from "../../../services/platform/storage/ownership/assignment.ts";
import {
  bucketOf,
  ShardRows,
  shardTable,
} from "../../../services/platform/storage/ownership/shard-rows.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { TIMELINE_SHARDS } from "../../../services/timeline/adapters/cql/timeline-shards.ts";
import { timelineVariables } from "../../../services/timeline/config.ts";
import { sinkNames } from "./sink-names.ts";

/** As in services/timeline/engines/cql.ts. */
const LEASE_SCOPE = "timeline";
const MARGIN_PART = 1 / 5;
const LOOK_MS = 1_000;

/**
 * Makes the sinks owners as timeline processes on cql are: each keeps a lease renewed and holds the shards
 * that are best placed with it. So the real owner (`beside`), when it starts, takes its own share and no
 * more, by its own rules. `lost` resolves when a lease could not be renewed in time: the slice is none any more.
 */
export async function holdShards(
  addresses: readonly string[],
  beside: string,
  env: Environment,
): Promise<{ readonly lost: Promise<string> }> {
  const log = createLogger("sinks", "warn");
  const { leaseMs } = timelineVariables(env);
  const config = readConfig({ ...CQL_VARIABLES, leaseMs }, env);
  const cql = await connectCql({ ...config, service: "loadtest" }, log);
  await migrate(cql, [...LEASE_TABLES, shardTable(TIMELINE_SHARDS.table)]);
  const lease = {
    rows: new LeaseRows(cql, LEASE_SCOPE),
    times: { durationMs: config.leaseMs, marginMs: config.leaseMs * MARGIN_PART },
    clock: systemClock,
    random: Math.random,
    log,
  };
  const names = sinkNames(addresses.length);
  const keepers = await Promise.all(names.map((holder) => keepLease({ ...lease, holder })));
  const sinks = keepers.map(({ lease: { generation } }, i) => {
    return { name: names[i], generation, address: addresses[i] };
  });
  await takeShares(new ShardRows(cql, TIMELINE_SHARDS), sinks, beside);
  return { lost: firstLost(keepers) };
}

interface Sink extends Member {
  readonly name: string;
}

async function takeShares(
  shardRows: ShardRows,
  sinks: readonly Sink[],
  beside: string,
): Promise<void> {
  const placed = sinks.map((sink) => ({ ...sink, address: sink.name }));
  const members = [...placed, { address: beside, generation: 0n }];
  const byBucket = Map.groupBy(await shardRows.list(), bucketOf);
  await Promise.all(
    [...byBucket.values()].map(async (bucket) => {
      const byOwner = Map.groupBy(
        bucket,
        ({ shard }) => present(preferredOwner(shard, members)).generation,
      );
      for (const sink of sinks) {
        const share = byOwner.get(sink.generation);
        if (share === undefined || (await shardRows.take(share, sink))) continue;
        throw new Error("The keyspace has other timeline processes that take shards.");
      }
    }),
  );
}

interface Held {
  readonly lease: { readonly generation: bigint };
}

async function firstLost(keepers: readonly Held[]): Promise<string> {
  const before = keepers.map(({ lease }) => lease.generation);
  for (;;) {
    await systemClock.delay(LOOK_MS);
    const lost = keepers.findIndex(({ lease }, i) => lease.generation !== before[i]);
    if (lost !== -1) return `owner ${lost + 1} lost its lease: cql did not answer in time`;
  }
}
