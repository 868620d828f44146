import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";

/** Where the shards of books have their rows. */
export const BOOKSTORE_SHARDS = "bookstore_shards";
/** Groups of a partition: it is deleted as a whole, once a snapshot stands for all of it. */
export const GROUPS_PER_BUCKET = 256;

/**
 * `bookstore_journal`: a group of records a row, made by INSERT ... IF NOT EXISTS only, so that a number
 * belongs to one writer. Without records: an owner began here.
 * `bookstore_snapshots`: slices of the snapshot that stands for all groups before `seq`.
 * `bookstore_heads`: which snapshot counts, and the first bucket that may still be there.
 */
export const JOURNAL_TABLES: readonly TableDefinition[] = [
  {
    table: "bookstore_journal",
    create: `CREATE TABLE IF NOT EXISTS bookstore_journal (
      shard int, bucket int, seq bigint, writer bigint, records blob,
      PRIMARY KEY ((shard, bucket), seq))`,
  },
  {
    table: "bookstore_snapshots",
    create: `CREATE TABLE IF NOT EXISTS bookstore_snapshots (
      shard int, seq bigint, slice int, records blob,
      PRIMARY KEY ((shard, seq), slice))`,
  },
  {
    table: "bookstore_heads",
    create: `CREATE TABLE IF NOT EXISTS bookstore_heads (
      shard int PRIMARY KEY, snapshot_seq bigint, slices int, first_bucket int)`,
  },
];
