import { GROUPS_PER_BUCKET } from "../../../services/bookstore/adapters/cql/journal-tables.ts";
import { MAX_SHARDS } from "../../../services/bookstore/domain/ids.ts";
import { BUCKET_FRAMES } from "../../../services/growth/adapters/cql/log-rows.ts";
import type { Manifest } from "../../../services/growth/ports.ts";
import type { CqlRow, CqlValue } from "../../../services/platform/storage/cql/session.ts";

/** A partition, by the values of its key. */
export type PartitionKey = readonly CqlValue[];

/** Journals of one kind: a head names a snapshot, which stands for all of a log before a number. */
export interface JournalKind {
  readonly head: string;
  readonly snapshots: string;
  readonly log: string;
  /** Keys of the heads, one a journal; whether it has one yet or not. */
  readonly journals: readonly PartitionKey[];
  /** Where the snapshot is that counts. */
  snapshotOf(journal: PartitionKey, head: CqlRow): readonly PartitionKey[];
  /** The number of the first record behind the snapshot. */
  startOf(head: CqlRow | undefined): number;
  /** A bucket of the log holds so many records, from a multiple of that on. */
  readonly perBucket: number;
  bucketKey(journal: PartitionKey, bucket: number): PartitionKey;
}

const BOOKS: JournalKind = {
  head: "bookstore_heads",
  snapshots: "bookstore_snapshots",
  log: "bookstore_journal",
  journals: Array.from({ length: MAX_SHARDS }, (_, shard) => [shard]),
  snapshotOf: ([shard], { snapshot_seq: seq }) => (seq === null ? [] : [[shard, seq as bigint]]),
  startOf: (head) => Number(head?.snapshot_seq ?? 0),
  perBucket: GROUPS_PER_BUCKET,
  bucketKey: ([shard], bucket) => [shard, bucket],
};

const GROWTH: JournalKind = {
  head: "growth_manifest",
  snapshots: "growth_blobs",
  log: "growth_log",
  journals: [[0]],
  snapshotOf: (_, { manifest }) =>
    (JSON.parse(manifest as string) as Manifest).blobs.map((name) => [name]),
  startOf: (head) => Number(head?.position ?? 0),
  perBucket: BUCKET_FRAMES,
  bucketKey: (_, bucket) => [BigInt(bucket)],
};

export const JOURNALS: readonly JournalKind[] = [BOOKS, GROWTH];

export function tablesOf({ head, snapshots, log }: JournalKind): readonly string[] {
  return [head, snapshots, log];
}
