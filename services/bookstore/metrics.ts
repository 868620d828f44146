import { BOOKSTORE_GAUGES, BOOKSTORE_HISTOGRAMS } from "../model/metrics/bookstore.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import type { GroupSeen } from "./domain/ledger/ledger.ts";
import type { OwnedShard, OwnedShards } from "./sharing/owned-shards.ts";

/** What a group cost, and how long its first call had waited. */
export function groupMetrics(metrics: Metrics): (group: GroupSeen) => void {
  const orders = metrics.histogram(BOOKSTORE_HISTOGRAMS.groupOrders).series();
  const waited = metrics.histogram(BOOKSTORE_HISTOGRAMS.groupWaited).series();
  const commit = metrics.histogram(BOOKSTORE_HISTOGRAMS.groupCommit).series();
  return ({ weight, waitedMs, commitMs }) => {
    orders.observe(weight);
    waited.observe(waitedMs / 1_000);
    commit.observe(commitMs / 1_000);
  };
}

const READS: Readonly<Record<keyof typeof BOOKSTORE_GAUGES, (shard: OwnedShard) => number>> = {
  shards: () => 1,
  waiting: ({ ledger }) => ledger.waiting,
  settling: ({ settler }) => settler.going,
  books: ({ ledger }) => ledger.shard.state.books.size,
  orders: ({ ledger }) => ledger.shard.state.orders.count,
  orderBytes: ({ ledger }) => ledger.shard.state.orders.bytes,
};

/** Gauges of everything that is bounded by configuration. */
export function shardMetrics(metrics: Metrics, shards: OwnedShards): void {
  for (const key of Object.keys(READS) as (keyof typeof READS)[]) {
    const read = READS[key];
    metrics.gauge(BOOKSTORE_GAUGES[key], () =>
      shards.all().reduce((sum, shard) => sum + read(shard), 0),
    );
  }
}
