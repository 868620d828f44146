import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";

const READ_HEAD = "SELECT snapshot_seq, slices, first_bucket FROM bookstore_heads WHERE shard = ?";
const MOVE_HEAD = `UPDATE bookstore_heads SET snapshot_seq = ?, slices = ? WHERE shard = ?
  IF snapshot_seq = ?`;
const CLEANED = "UPDATE bookstore_heads SET first_bucket = ? WHERE shard = ? IF snapshot_seq = ?";
const READ_SLICES = `SELECT slice, records FROM bookstore_snapshots WHERE shard = ? AND seq = ?`;
const WRITE_SLICE = `INSERT INTO bookstore_snapshots (shard, seq, slice, records)
  VALUES (?, ?, ?, ?)`;
const DROP = "DELETE FROM bookstore_snapshots WHERE shard = ? AND seq = ?";

/** Which snapshot of a shard counts. */
export interface Head {
  /** It stands for all groups before this one; 0: there is none. */
  readonly seq: bigint;
  readonly slices: number;
  /** The first bucket of the journal that may still be there. */
  readonly firstBucket: number;
}

/** The snapshots of one shard. */
export class SnapshotRows {
  readonly #cql: Cql;
  readonly #shard: number;

  constructor(cql: Cql, shard: number) {
    this.#cql = cql;
    this.#shard = shard;
  }

  async readHead(): Promise<Head> {
    const row = await this.#cql.serialRead(READ_HEAD, [this.#shard]);
    return {
      seq: (row?.snapshot_seq as bigint | null | undefined) ?? 0n,
      slices: (row?.slices as number | null | undefined) ?? 0,
      firstBucket: (row?.first_bucket as number | null | undefined) ?? 0,
    };
  }

  /** The slices of the snapshot, in order. Rejects when some lack: another owner has replaced it. */
  async readSlices({ seq, slices }: Head): Promise<readonly Buffer[]> {
    if (slices === 0) return [];
    const rows = await this.#cql.run(READ_SLICES, [this.#shard, seq]);
    if (rows.length === slices) return rows.map((row) => row.records as Buffer);
    throw new Error(`shard ${this.#shard}: ${rows.length} of ${slices} slices of snapshot ${seq}`);
  }

  async writeSlice(seq: bigint, slice: number, records: Buffer): Promise<void> {
    await this.#cql.run(WRITE_SLICE, [this.#shard, seq, slice, records]);
  }

  /** False: another owner has moved it meanwhile. */
  async moveHead(from: Head, seq: bigint, slices: number): Promise<boolean> {
    const expected = from.seq === 0n ? null : from.seq;
    const statement = { query: MOVE_HEAD, values: [seq, slices, this.#shard, expected] };
    const readBack = { query: READ_HEAD, values: [this.#shard] };
    const judge = ofRow(
      (row) => row?.snapshot_seq === seq,
      (row) => (row?.snapshot_seq ?? null) === expected,
    );
    return (await compareAndSet(this.#cql, { statement, readBack, judge })).applied;
  }

  /** Remembers that the journal's buckets before this one are gone. */
  async cleaned(seq: bigint, firstBucket: number): Promise<void> {
    await this.#cql.cas(CLEANED, [firstBucket, this.#shard, seq]);
  }

  async drop(seq: bigint): Promise<void> {
    await this.#cql.run(DROP, [this.#shard, seq]);
  }
}
