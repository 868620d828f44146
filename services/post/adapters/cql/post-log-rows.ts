import { firstPostIdAt } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import type { Cql, CqlRow, CqlValue } from "../../../platform/storage/cql/session.ts";
import type {
  HeadDeletions,
  PostLog,
  PostLogHead,
  PostLogPlace,
  PostLogQuery,
  PostLogRow,
} from "../../ports.ts";
import { decodeHeadDeletions, encodeHeadDeletions } from "./head-deletions.ts";

/** Publication time, cut into partitions: at most 3,000 rows, a row each 20 ms. */
const BUCKET_MS = 60_000;
/** How far the clocks of two processes are thought to be apart. */
const CLOCK_SKEW_MS = 2_000;
/** Directory rows are written before the first row that they lead to, and must outlive the last. */
const DIRECTORY_EXTRA_SECONDS = 86_400;
const SCOPE = 0;
/** A generation whose newest row is kept no longer than this is at its end. */
const ENDING_SECONDS = 60;

/** All rows expire: see `keptSeconds`. */
export const POST_LOG_TABLES: readonly TableDefinition[] = [
  {
    table: "post_log",
    create: `CREATE TABLE IF NOT EXISTS post_log (
      generation bigint, bucket int, seq bigint, previous_bucket int, packed blob,
      PRIMARY KEY ((generation, bucket), seq))`,
  },
  {
    table: "post_log_buckets",
    create: `CREATE TABLE IF NOT EXISTS post_log_buckets (
      generation bigint, bucket int, PRIMARY KEY (generation, bucket))`,
  },
  {
    table: "post_log_generations",
    create: `CREATE TABLE IF NOT EXISTS post_log_generations (
      scope int, generation bigint, PRIMARY KEY (scope, generation))`,
  },
  {
    table: "post_log_heads",
    create: `CREATE TABLE IF NOT EXISTS post_log_heads (
      scope int, generation bigint, seq bigint, bucket int, deletions blob,
      PRIMARY KEY (scope, generation))`,
    added: { deletions: "blob" },
  },
  {
    table: "post_log_began",
    create: `CREATE TABLE IF NOT EXISTS post_log_began (scope int PRIMARY KEY, post_id bigint)`,
  },
];

const INSERT = `INSERT INTO post_log (generation, bucket, seq, previous_bucket, packed)
  VALUES (?, ?, ?, ?, ?) USING TTL ?`;
const ENLIST_GENERATION = `INSERT INTO post_log_generations (scope, generation) VALUES (?, ?)
  USING TTL ?`;
const ENLIST_BUCKET = "INSERT INTO post_log_buckets (generation, bucket) VALUES (?, ?) USING TTL ?";
const PUT_HEAD = `INSERT INTO post_log_heads (scope, generation, seq, bucket, deletions)
  VALUES (?, ?, ?, ?, ?) USING TTL ?`;
const HEADS = `SELECT generation, seq, bucket, deletions, TTL(seq) AS seconds FROM post_log_heads
  WHERE scope = ?`;
const GENERATIONS = "SELECT generation FROM post_log_generations WHERE scope = ?";
const BUCKETS_FROM = "SELECT bucket FROM post_log_buckets WHERE generation = ? AND bucket >= ?";
const NEWEST = `SELECT seq FROM post_log WHERE generation = ? AND bucket = ?
  ORDER BY seq DESC LIMIT 1`;
const AFTER = `SELECT seq, previous_bucket, packed FROM post_log
  WHERE generation = ? AND bucket = ? AND seq > ? LIMIT ?`;
const BEFORE = `SELECT seq, previous_bucket, packed FROM post_log
  WHERE generation = ? AND bucket = ? AND seq < ? ORDER BY seq DESC LIMIT ?`;
const READ_BEGAN = "SELECT post_id FROM post_log_began WHERE scope = ?";
const BEGIN = "INSERT INTO post_log_began (scope, post_id) VALUES (?, ?) IF NOT EXISTS";
const RAISE_BEGAN = "INSERT INTO post_log_began (scope, post_id) VALUES (?, ?)";
const ANY_POST = "SELECT post_id FROM posts LIMIT 1";

/** The bucket of what is published now. */
export function bucketAt(nowMs: number): number {
  return Math.floor(nowMs / BUCKET_MS);
}

/** Once, by who comes first: posts that are there already are in no row. */
export async function beginPostLog(cql: Cql, clock: Clock): Promise<void> {
  const [began] = await cql.run(READ_BEGAN, [SCOPE]);
  if (began) return;
  const [post] = await cql.run(ANY_POST, []);
  await cql.cas(BEGIN, [SCOPE, post ? firstPostIdAt(clock.nowMs() + CLOCK_SKEW_MS) : 0n]);
}

/** Posts were stored without the log: it says so of all up to this one. By a tool that runs alone. */
export async function raiseBegan(cql: Cql, highest: bigint): Promise<void> {
  const [row] = await cql.run(READ_BEGAN, [SCOPE]);
  const began = (row?.post_id as bigint | undefined) ?? 0n;
  if (began <= highest) await cql.run(RAISE_BEGAN, [SCOPE, highest + 1n]);
}

export interface PostLogRowsOptions {
  readonly clock: Clock;
  /** How long a row lives. */
  readonly keptSeconds: number;
  /** Told of reads of the database. */
  readonly onReads?: (count: number) => void;
}

/**
 * The rows of the post log in CQL: a directory of generations, of their buckets, and the rows; and in one partition the
 * newest row of each generation. A head is written after its row and before what the row tells of is published, so
 * that who reads all heads at quorum knows of all that was published before, and of the latest deletions without a read
 * of rows. It outlives what it leads to.
 */
export class PostLogRows implements PostLog {
  readonly #cql: Cql;
  readonly #clock: Clock;
  readonly #keptSeconds: number;
  readonly #onReads: ((count: number) => void) | undefined;

  constructor(cql: Cql, { clock, keptSeconds, onReads }: PostLogRowsOptions) {
    this.#cql = cql;
    this.#clock = clock;
    this.#keptSeconds = keptSeconds;
    this.#onReads = onReads;
  }

  /** Before the first row of a bucket. */
  async enlist(generation: bigint, bucket: number): Promise<void> {
    const seconds = this.#keptSeconds + DIRECTORY_EXTRA_SECONDS;
    await this.#cql.run(ENLIST_GENERATION, [SCOPE, generation, seconds]);
    await this.#cql.run(ENLIST_BUCKET, [generation, bucket, seconds]);
  }

  async insert(generation: bigint, row: PostLogRow, deletions: HeadDeletions): Promise<void> {
    const { bucket, seq, previousBucket, packed } = row;
    const values = [generation, bucket, BigInt(seq), previousBucket, bufferOf(packed)];
    await this.#cql.run(INSERT, [...values, this.#keptSeconds]);
    const seconds = this.#keptSeconds + DIRECTORY_EXTRA_SECONDS;
    const told = encodeHeadDeletions(deletions);
    await this.#cql.run(PUT_HEAD, [SCOPE, generation, BigInt(seq), bucket, told, seconds]);
  }

  async heads() {
    const [generations, rows, [began]] = await Promise.all([
      this.#read(GENERATIONS, [SCOPE]),
      this.#read(HEADS, [SCOPE]),
      this.#read(READ_BEGAN, [SCOPE]),
    ]);
    const known = new Map(rows.map((row) => [row.generation as bigint, row]));
    const heads = await Promise.all(
      generations.map(({ generation }) => {
        const row = known.get(generation as bigint);
        return row ? this.#headIn(row) : this.#headOf(generation as bigint);
      }),
    );
    return {
      began: (began?.post_id as bigint | undefined) ?? 0n,
      heads: heads.filter((head) => head !== undefined),
    };
  }

  async list({ generation, place, direction, limit }: PostLogQuery): Promise<PostLogRow[]> {
    return direction === "after"
      ? this.#after(generation, place, limit)
      : this.#before(generation, place, limit);
  }

  /** None when its row, and so all of its generation, is kept no longer, or so soon that nobody may be led to it. */
  #headIn({ generation, seq, bucket, deletions, seconds }: CqlRow): PostLogHead | undefined {
    if ((seconds as number) <= DIRECTORY_EXTRA_SECONDS + ENDING_SECONDS) return undefined;
    return {
      generation: generation as bigint,
      seq: Number(seq as bigint),
      bucket: bucket as number,
      deletions: decodeHeadDeletions(deletions as Buffer | null),
    };
  }

  /** Of a generation that has no row yet, or of a version that wrote no heads. */
  async #headOf(generation: bigint): Promise<PostLogHead | undefined> {
    const buckets = await this.#bucketsFrom(generation, 0);
    // The last bucket may have been entered for a row that is not written yet.
    for (const bucket of buckets.reverse()) {
      const [row] = await this.#read(NEWEST, [generation, bucket]);
      if (row) return { generation, bucket, seq: Number(row.seq as bigint) };
    }
    return undefined;
  }

  async #after(generation: bigint, place: PostLogPlace, limit: number): Promise<PostLogRow[]> {
    const rows: PostLogRow[] = [];
    let { seq, bucket } = place;
    const read = async () => {
      const values = [generation, bucket, BigInt(seq), limit - rows.length];
      for (const row of await this.#read(AFTER, values)) rows.push(rowOf(row, bucket));
      seq = rows.at(-1)?.seq ?? seq;
    };
    if (bucket > 0) await read();
    // While it is the time of this bucket, nothing is in a later one.
    if (bucketAt(this.#clock.nowMs() + CLOCK_SKEW_MS) <= bucket) return rows;
    for (const later of await this.#bucketsFrom(generation, bucket + 1)) {
      if (rows.length >= limit) break;
      bucket = later;
      await read();
    }
    return rows;
  }

  async #before(generation: bigint, place: PostLogPlace, limit: number): Promise<PostLogRow[]> {
    const rows: PostLogRow[] = [];
    let { seq, bucket } = place;
    while (rows.length < limit && seq > 1) {
      const values = [generation, bucket, BigInt(seq), limit - rows.length];
      const found = await this.#read(BEFORE, values);
      if (found.length === 0) break;
      for (const row of found) rows.push(rowOf(row, bucket));
      const last = rows[rows.length - 1];
      seq = last.seq;
      bucket = last.previousBucket;
    }
    return rows;
  }

  #read(statement: string, values: readonly CqlValue[]): Promise<readonly CqlRow[]> {
    this.#onReads?.(1);
    return this.#cql.run(statement, values);
  }

  async #bucketsFrom(generation: bigint, bucket: number): Promise<number[]> {
    const rows = await this.#read(BUCKETS_FROM, [generation, bucket]);
    return rows.map((row) => row.bucket as number);
  }
}

function rowOf(row: CqlRow, bucket: number): PostLogRow {
  return {
    seq: Number(row.seq as bigint),
    bucket,
    previousBucket: row.previous_bucket as number,
    packed: row.packed as Buffer,
  };
}

/** The driver takes Buffers only. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
