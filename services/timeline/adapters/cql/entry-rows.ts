import { type PostId, postTimeMs } from "../../../model/ids.ts";
import { bigintBytes, intBytes } from "../../../platform/storage/cql/key-bytes.ts";
import type { Cql, CqlRow, CqlValue } from "../../../platform/storage/cql/session.ts";
import { highHalf, lowHalf } from "../../domain/halves.ts";
import type { RingEntry } from "../../domain/rings/ring-memory.ts";

/** How long entries are kept. */
export interface RowTimes {
  /** Entries older than this are below every floor. */
  readonly windowMs: number;
  /** Rows outlive the window by so much: a page that has just begun still finds them. */
  readonly marginMs: number;
  /** Entries of so much time share a partition. */
  readonly partitionMs: number;
}

export const DAY_MS = 86_400_000;

const INSERT = `INSERT INTO timeline_entries (viewer, day, epoch, post_id, author_id)
  VALUES (?, ?, ?, ?, ?) USING TTL ?`;
const INSERT_DELETED = `INSERT INTO timeline_entries (viewer, day, epoch, post_id, author_id, deleted)
  VALUES (?, ?, ?, ?, ?, true) USING TTL ?`;
const READ = `SELECT post_id, author_id, deleted FROM timeline_entries
  WHERE viewer = ? AND day = ? AND epoch = ? AND post_id >= ? LIMIT ?`;

/** Partitions read at one time; the newest alone first, since often they are enough. */
const FIRST_PARTITIONS = 2;
const MORE_PARTITIONS = 8;

/** What the rows of one post have in common, encoded once for all of its viewers. */
export interface PostColumns {
  readonly query: string;
  readonly day: Buffer;
  readonly post: Buffer;
  readonly author: Buffer;
  readonly ttl: Buffer;
}

/** The first two are the partition key. */
export type RowValues = readonly [viewer: Buffer, day: Buffer, ...rest: readonly CqlValue[]];

/** Statements for rows of entries, and their reading. */
export class EntryRows {
  readonly #cql: Pick<Cql, "run">;
  readonly #times: RowTimes;

  constructor(cql: Pick<Cql, "run">, times: RowTimes) {
    this.#cql = cql;
    this.#times = times;
  }

  columns(post: PostId, author: bigint, deleted: boolean, nowMs: number): PostColumns {
    const { windowMs, marginMs } = this.#times;
    const ageMs = Math.max(0, nowMs - postTimeMs(post));
    const ttlSeconds = Math.max(1, Math.ceil((windowMs + marginMs - ageMs) / 1_000));
    return {
      query: deleted ? INSERT_DELETED : INSERT,
      day: intBytes(this.#dayOf(postTimeMs(post))),
      post: bigintBytes(post),
      author: bigintBytes(author),
      ttl: intBytes(ttlSeconds),
    };
  }

  /** The values of one viewer's row. */
  values({ day, post, author, ttl }: PostColumns, viewer: Buffer, epoch: bigint): RowValues {
    return [viewer, day, epoch, post, author, ttl];
  }

  /** The newest entries at or above the floor, at most `limit`, newest first. */
  async newest({
    viewer,
    epoch,
    floor,
    nowMs,
    limit,
  }: {
    readonly viewer: bigint;
    readonly epoch: bigint;
    readonly floor: bigint;
    readonly nowMs: number;
    readonly limit: number;
  }): Promise<RingEntry[]> {
    const entries: RingEntry[] = [];
    const lastDay = this.#dayOf(Math.max(postTimeMs(floor), nowMs - this.#keptMs()));
    // A clock elsewhere may be ahead of this one by less than a day.
    let day = this.#dayOf(nowMs + DAY_MS);
    for (let count = FIRST_PARTITIONS; day >= lastDay; count = MORE_PARTITIONS) {
      const days = Array.from({ length: Math.min(count, day - lastDay + 1) }, (_, i) => day - i);
      const room = limit - entries.length;
      const reads = days.map((one) => this.#cql.run(READ, [viewer, one, epoch, floor, room]));
      for (const rows of await Promise.all(reads)) entries.push(...rows.map(entryOf));
      if (entries.length >= limit) return entries.slice(0, limit);
      day -= days.length;
    }
    return entries;
  }

  #keptMs(): number {
    return this.#times.windowMs + this.#times.marginMs;
  }

  #dayOf(timeMs: number): number {
    return Math.floor(timeMs / this.#times.partitionMs);
  }
}

function entryOf(row: CqlRow): RingEntry {
  const post = row.post_id as bigint;
  const author = row.author_id as bigint;
  return {
    postLow: lowHalf(post),
    postHigh: highHalf(post),
    authorLow: lowHalf(author),
    authorHigh: highHalf(author),
    deleted: row.deleted === true,
  };
}
