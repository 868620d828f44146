import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";

/** Partitions of one shard's activity: at 120M active viewers each has some 7,000 rows of the 100,000. */
export const ACTIVITY_BUCKETS = 4;

/**
 * A row an entry. The epoch is the viewer's activation: a timeline that begins anew begins with nothing,
 * though no row is ever deleted. `deleted` is a column that no plain append writes, so it wins whichever
 * comes first. Rows leave by their own TTL, a whole day's files at a time.
 *
 * A row a viewer who is or was active. It is written whole, with its version as the write's timestamp:
 * of two writes the later version wins, whenever it arrives.
 */
export const ENTRY_TABLES: readonly TableDefinition[] = [
  {
    table: "timeline_entries",
    create: `CREATE TABLE IF NOT EXISTS timeline_entries (
      viewer bigint, day int, epoch bigint, post_id bigint, author_id bigint, deleted boolean,
      PRIMARY KEY ((viewer, day), epoch, post_id)
    ) WITH CLUSTERING ORDER BY (epoch DESC, post_id DESC) AND compaction = {
      'class': 'TimeWindowCompactionStrategy',
      'compaction_window_unit': 'DAYS', 'compaction_window_size': 1}`,
  },
  {
    table: "timeline_activity",
    create: `CREATE TABLE IF NOT EXISTS timeline_activity (
      shard int, bucket int, viewer bigint, state int, epoch bigint, version bigint, floor bigint,
      read_day int, PRIMARY KEY ((shard, bucket), viewer))`,
    added: { read_day: "int" },
  },
];
