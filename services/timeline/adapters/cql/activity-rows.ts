import { MAX_ID } from "../../../model/ids.ts";
import { shardOf } from "../../../model/shards.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";
import { ACTIVITY_BUCKETS } from "./entry-tables.ts";

/** As stored. */
export const LAPSED = 0;
export const FILLING = 1;
export const COMPLETE = 2;

/** What is durable about one viewer. */
export interface Activity {
  readonly viewer: bigint;
  readonly state: number;
  /** Names the activation: entries of another epoch are not this timeline's. */
  readonly epoch: bigint;
  /** Rises with each write; microseconds since 1970, more or less. */
  readonly version: bigint;
  readonly floor: bigint;
  /** Of the last read, since 1970; written by itself (`writeRead`). */
  readonly readDay?: number;
}

const COLUMNS = "viewer, state, epoch, version, floor";
const WRITE = `INSERT INTO timeline_activity (shard, bucket, ${COLUMNS})
  VALUES (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?`;
const WRITE_READ = `INSERT INTO timeline_activity (shard, bucket, viewer, read_day)
  VALUES (?, ?, ?, ?) USING TTL ?`;
const ALL = `${COLUMNS}, read_day`;
const READ = `SELECT ${ALL} FROM timeline_activity WHERE shard = ? AND bucket = ? AND viewer = ?`;
const LOOK = `SELECT ${ALL} FROM timeline_activity WHERE shard IN ? AND bucket IN ? LIMIT ?`;
const PAGE = `SELECT ${ALL} FROM timeline_activity
  WHERE shard = ? AND bucket = ? AND viewer > ? LIMIT ?`;

/** The driver takes no more at once. */
const PAGE_ROWS = 5_000;
/** ScyllaDB takes at most 100 partitions in one IN. */
const SHARDS_PER_LOOK = Math.floor(100 / ACTIVITY_BUCKETS);
const READS_AT_ONCE = 16;
/** What a lapsed viewer's row is for, an epoch above the last one, no clock is wrong for so long. */
const LAPSED_ROW_SECONDS = 86_400;
/** Of the day of the last read: longer than anyone stays active without another (MAX_LAPSE_DAYS). */
const READ_DAY_SECONDS = 60 * 86_400;
const BUCKETS = Array.from({ length: ACTIVITY_BUCKETS }, (_, bucket) => bucket);

/** Who is active, and how far down their timelines are complete, by shard. */
export class ActivityRows {
  readonly #cql: Pick<Cql, "run">;

  constructor(cql: Pick<Cql, "run">) {
    this.#cql = cql;
  }

  async write({ viewer, state, epoch, version, floor }: Activity): Promise<void> {
    const ttlSeconds = state === LAPSED ? LAPSED_ROW_SECONDS : 0;
    const key = [shardOf(viewer), bucketOf(viewer), viewer];
    await this.#cql.run(WRITE, [...key, state, epoch, version, floor, version, ttlSeconds]);
  }

  /** When the viewer last read: a column of its own, which no other write touches. */
  async writeRead(viewer: bigint, day: number): Promise<void> {
    const key = [shardOf(viewer), bucketOf(viewer), viewer];
    await this.#cql.run(WRITE_READ, [...key, day, READ_DAY_SECONDS]);
  }

  async read(viewer: bigint): Promise<Activity | undefined> {
    const [row] = await this.#cql.run(READ, [shardOf(viewer), bucketOf(viewer), viewer]);
    return row && isActivity(row) ? activityOf(row) : undefined;
  }

  /** Tells of every viewer of these shards who has a row. */
  async each(shards: readonly number[], tell: (activity: Activity) => void): Promise<void> {
    const looks = Array.from({ length: Math.ceil(shards.length / SHARDS_PER_LOOK) }, (_, i) =>
      shards.slice(i * SHARDS_PER_LOOK, (i + 1) * SHARDS_PER_LOOK),
    );
    await inParallel(READS_AT_ONCE, looks, async (some) => {
      const rows = await this.#cql.run(LOOK, [some, BUCKETS, PAGE_ROWS]);
      if (rows.length < PAGE_ROWS) tellAll(rows, tell);
      else for (const shard of some) await this.#eachOfShard(shard, tell);
    });
  }

  async #eachOfShard(shard: number, tell: (activity: Activity) => void): Promise<void> {
    for (const bucket of BUCKETS) {
      for (let after = 0n; after < MAX_ID; ) {
        const rows = await this.#cql.run(PAGE, [shard, bucket, after, PAGE_ROWS]);
        tellAll(rows, tell);
        after = rows.length < PAGE_ROWS ? MAX_ID : (rows[rows.length - 1].viewer as bigint);
      }
    }
  }
}

function tellAll(rows: readonly CqlRow[], tell: (activity: Activity) => void): void {
  for (const row of rows) if (isActivity(row)) tell(activityOf(row));
}

/** Of a viewer who lapsed long ago there may be nothing left but the last read. */
function isActivity(row: CqlRow): boolean {
  return row.state !== null;
}

/** Other bits of the id than the shard's: ids that follow each other fall into all buckets. */
function bucketOf(viewer: bigint): number {
  return Number(viewer % BigInt(ACTIVITY_BUCKETS));
}

function activityOf(row: CqlRow): Activity {
  return {
    viewer: row.viewer as bigint,
    state: row.state as number,
    epoch: row.epoch as bigint,
    version: row.version as bigint,
    floor: row.floor as bigint,
    readDay: (row.read_day as number | null) ?? 0,
  };
}
