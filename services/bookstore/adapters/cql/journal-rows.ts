import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";
import { GROUPS_PER_BUCKET } from "./journal-tables.ts";

const COLUMNS = "seq, writer, records";
const INSERT = `INSERT INTO bookstore_journal (shard, bucket, seq, writer, records)
  VALUES (?, ?, ?, ?, ?) IF NOT EXISTS`;
const READ = `SELECT ${COLUMNS} FROM bookstore_journal WHERE shard = ? AND bucket = ? AND seq = ?`;
const LIST = `SELECT ${COLUMNS} FROM bookstore_journal WHERE shard = ? AND bucket = ? AND seq >= ?`;
const DROP = "DELETE FROM bookstore_journal WHERE shard = ? AND bucket = ?";

/** A group as stored. */
export interface GroupRow {
  readonly seq: bigint;
  readonly writer: bigint;
  readonly records: Buffer;
}

/** What became of writing a group: it stands; another's does; or nobody knows, and it may yet come. */
export type Written =
  | { readonly kind: "ours" }
  | { readonly kind: "another"; readonly row: GroupRow }
  | { readonly kind: "unknown"; readonly cause: unknown };

/** The rows of one shard's journal. */
export class JournalRows {
  readonly #cql: Cql;
  readonly #shard: number;

  constructor(cql: Cql, shard: number) {
    this.#cql = cql;
    this.#shard = shard;
  }

  /**
   * Writes the group under its number, unless that is taken. When the outcome is unknown the row is read
   * back at SERIAL: `writer` says whose it is. The same group may be written again after "unknown".
   */
  async write({ seq, writer, records }: GroupRow): Promise<Written> {
    const key = [this.#shard, bucketOf(seq)];
    const statement = { query: INSERT, values: [...key, seq, writer, records] };
    const readBack = { query: READ, values: [...key, seq] };
    const judge = ofRow(
      (row) => row?.writer === writer,
      (row) => row === undefined,
    );
    try {
      const result = await compareAndSet(this.#cql, { statement, readBack, judge });
      if (result.applied) return { kind: "ours" };
      return { kind: "another", row: groupRowOf(result.rows[0]) };
    } catch (cause) {
      return { kind: "unknown", cause };
    }
  }

  /** The groups from `seq` on that are known to be there: some that are being written may lack. */
  async *readFrom(seq: bigint): AsyncIterable<GroupRow> {
    for (let bucket = bucketOf(seq); ; bucket++) {
      const rows = await this.#cql.run(LIST, [this.#shard, bucket, seq]);
      for (const row of rows) yield groupRowOf(row);
      if (rows.length === 0) return;
    }
  }

  async dropBucket(bucket: number): Promise<void> {
    await this.#cql.run(DROP, [this.#shard, bucket]);
  }
}

export function bucketOf(seq: bigint): number {
  return Number(seq / BigInt(GROUPS_PER_BUCKET));
}

/** Of a conditional write that was refused the row comes without the key. */
function groupRowOf({ seq, writer, records }: CqlRow): GroupRow {
  return { seq: seq as bigint, writer: writer as bigint, records: records as Buffer };
}
