import type { Clock } from "../../clock/clock.ts";
import { systemClock } from "../../clock/system-clock.ts";
import type { TableDefinition } from "../../storage/cql/migrate.ts";
import type { Cql, CqlRow } from "../../storage/cql/session.ts";
import { SharedBatch } from "../../storage/cql/shared-batch.ts";
import { destinationStoredAs } from "../topics.ts";
import type { OutboxItem } from "./outbox.ts";

/** Where an item stands: positions rise within a generation, and so do the buckets they are in. */
export interface CqlPosition {
  readonly generation: bigint;
  /** Time, cut into parts small enough for a partition. */
  readonly bucket: number;
  readonly position: bigint;
}

/** Keeps a partition under 100,000 rows up to 10,000 writes a second of one process. */
export const BUCKET_MS = 8_000;
/** Of what is not published: much longer than the last look at a dead process's outbox. */
const ROW_LIFE_SECONDS = 14 * 86_400;
/** What is removed leaves the disks after so long: should it come back, it is below the watermark. */
const REMOVED_LIFE_SECONDS = 86_400;
const PAGE_ROWS = 500;

/** The tables of the outbox of one service ("post_outbox"). Rows leave once published, or by expiry. */
export function outboxTables(name: string): readonly TableDefinition[] {
  const table = (suffix: string, columns: string) => ({
    table: `${name}${suffix}`,
    create: `CREATE TABLE IF NOT EXISTS ${name}${suffix} (${columns})
      WITH default_time_to_live = ${ROW_LIFE_SECONDS}
        AND gc_grace_seconds = ${REMOVED_LIFE_SECONDS}`,
  });
  return [
    table(
      "",
      `generation bigint, bucket int, position bigint, queue text, payload blob, change blob,
      PRIMARY KEY ((generation, bucket), position)`,
    ),
    table("_buckets", "generation bigint, bucket int, PRIMARY KEY (generation, bucket)"),
    table("_watermarks", "generation bigint PRIMARY KEY, bucket int, position bigint"),
  ];
}

/** The rows of an outbox. */
export class CqlOutboxRows {
  readonly #cql: Cql;
  readonly #name: string;
  /** Of this process, whose rows are of one partition at a time. */
  readonly #inserts: SharedBatch;

  constructor(cql: Cql, name: string, clock: Pick<Clock, "delay"> = systemClock) {
    this.#cql = cql;
    this.#name = name;
    this.#inserts = new SharedBatch(cql, clock);
  }

  async enlistBucket(generation: bigint, bucket: number): Promise<void> {
    const query = `INSERT INTO ${this.#name}_buckets (generation, bucket) VALUES (?, ?)`;
    await this.#cql.run(query, [generation, bucket]);
  }

  /** In one batch with what other calls write meanwhile. */
  insert(at: CqlPosition, item: Omit<OutboxItem, "position">): Promise<void> {
    const [payload, change] = [bytes(item.payload), bytes(item.change)];
    const query = `INSERT INTO ${this.#name} (generation, bucket, position, queue, payload, change)
      VALUES (?, ?, ?, ?, ?, ?)`;
    const values = [at.generation, at.bucket, at.position, item.queue, payload, change];
    return this.#inserts.write({ query, values }, item.payload.length + (change?.length ?? 0));
  }

  /** The items after `at` in its bucket, before position `end`. */
  async readBucket(
    at: CqlPosition,
    end: bigint,
    limit: number,
  ): Promise<OutboxItem<CqlPosition>[]> {
    const rows = await this.#cql.run(
      `SELECT position, queue, payload, change FROM ${this.#name}
        WHERE generation = ? AND bucket = ? AND position > ? AND position < ? LIMIT ?`,
      [at.generation, at.bucket, at.position, end, limit],
    );
    return rows.map((row) => itemOf(row, at));
  }

  async setWatermark({ generation, bucket, position }: CqlPosition): Promise<void> {
    const query = `INSERT INTO ${this.#name}_watermarks (generation, bucket, position) VALUES (?, ?, ?)`;
    await this.#cql.run(query, [generation, bucket, position]);
  }

  /**
   * Removes what is published, up to here: it holds texts, which their authors may delete. One range from
   * the start of the bucket, so that a bucket has one tombstone, which no reading ever meets.
   */
  async removePublished({ generation, bucket, position }: CqlPosition): Promise<void> {
    const query = `DELETE FROM ${this.#name} WHERE generation = ? AND bucket = ? AND position <= ?`;
    await this.#cql.run(query, [generation, bucket, position]);
  }

  /** Removes all that is left of a generation after the last look at it. */
  async removeGeneration(generation: bigint): Promise<void> {
    const query = `SELECT bucket FROM ${this.#name}_buckets WHERE generation = ?`;
    for (const { bucket } of await this.#cql.run(query, [generation])) {
      const position = { generation, bucket: bucket as number, position: MAX_POSITION };
      await this.removePublished(position);
    }
  }

  /** Everything after the watermark of a generation whose writer is gone, in pages. */
  async *readRest(generation: bigint): AsyncIterable<readonly OutboxItem<CqlPosition>[]> {
    const from = await this.#watermark(generation);
    const buckets = await this.#cql.run(
      `SELECT bucket FROM ${this.#name}_buckets WHERE generation = ? AND bucket >= ?`,
      [generation, from.bucket],
    );
    let position = from.position;
    for (const { bucket } of buckets) {
      for (;;) {
        const at = { generation, bucket: bucket as number, position };
        const page = await this.readBucket(at, MAX_POSITION, PAGE_ROWS);
        if (page.length > 0) yield page;
        if (page.length < PAGE_ROWS) break;
        position = page[page.length - 1].position.position;
      }
    }
  }

  async #watermark(generation: bigint): Promise<CqlPosition> {
    const query = `SELECT bucket, position FROM ${this.#name}_watermarks WHERE generation = ?`;
    const [row] = await this.#cql.run(query, [generation]);
    if (!row) return { generation, bucket: 0, position: 0n };
    return { generation, bucket: row.bucket as number, position: row.position as bigint };
  }
}

const MAX_POSITION = (1n << 63n) - 1n;

function itemOf(row: CqlRow, at: CqlPosition): OutboxItem<CqlPosition> {
  return {
    position: { ...at, position: row.position as bigint },
    queue: destinationStoredAs(row.queue as string),
    payload: row.payload as Buffer,
    ...(row.change !== null && { change: row.change as Buffer }),
  };
}

/** The driver takes Buffers only. */
function bytes(value: Uint8Array | undefined): Buffer | null {
  return value === undefined ? null : Buffer.from(value.buffer, value.byteOffset, value.length);
}
