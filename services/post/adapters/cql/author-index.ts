import { firstPostIdAt, type PostId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import { bucketOf, bucketsBetween, lastPostIn } from "../../domain/buckets.ts";
import { NewestPosts } from "../../domain/newest-posts.ts";
import type { AuthorPosts, AuthorPostsQuery } from "../../ports.ts";
import { postIdIn } from "./post-rows.ts";

const BUCKETS = `SELECT bucket FROM author_buckets WHERE author_id = ? AND bucket <= ? AND bucket >= ?`;
const POSTS = `SELECT post_id, deleted FROM posts_by_author
  WHERE author_id = ? AND bucket = ? AND post_id >= ? AND post_id < ? LIMIT ?`;

const AUTHORS_AT_ONCE = 32;
/** So few buckets are asked for without a look in the directory. */
const MAX_BLIND_BUCKETS = 2;
/** Ids may be so much ahead of this process's clock: other clocks, and sequences that overflowed. */
const AHEAD_MS = 60_000;
const MAX_PAGE_ROWS = 500;
const MIN_PAGE_ROWS = 8;

/** The newest posts of many authors, from the index and its directory of non-empty buckets. */
export class AuthorIndex {
  readonly #cql: Cql;
  readonly #clock: Clock;

  constructor(cql: Cql, clock: Clock) {
    this.#cql = cql;
    this.#clock = clock;
  }

  async list(query: AuthorPostsQuery): Promise<AuthorPosts> {
    const newest = new NewestPosts(query.limit);
    const before = query.before ?? firstPostIdAt(this.#clock.nowMs() + AHEAD_MS);
    const pageRows = pageRowsFor(query);
    const bounded = { ...query, before, pageRows };
    await inParallel(AUTHORS_AT_ONCE, query.authors, (author) =>
      this.#offerAuthor(author, bounded, newest),
    );
    return newest.take(query.since);
  }

  /** All ids of one author below `before`, deleted ones too, newest first. */
  async listAll(author: UserId, before: bigint, limit: number): Promise<readonly PostId[]> {
    const posts: PostId[] = [];
    const newest = bucketOf(before - 1n);
    for (const { bucket } of await this.#cql.run(BUCKETS, [author, newest, 0])) {
      const room = limit - posts.length;
      if (room === 0) break;
      const rows = await this.#cql.run(POSTS, [author, bucket as number, 0n, before, room]);
      posts.push(...rows.map((row) => postIdIn(row)));
    }
    return posts;
  }

  async #offerAuthor(author: UserId, query: Bounded, newest: NewestPosts): Promise<void> {
    for (const bucket of await this.#bucketsOf(author, query)) {
      if (!newest.hasRoomFor(lastPostIn(bucket))) return;
      if (!(await this.#offerBucket(author, bucket, query, newest))) return;
    }
  }

  async #bucketsOf(author: UserId, { since, before }: Bounded): Promise<readonly number[]> {
    const few = bucketsBetween(since, before, MAX_BLIND_BUCKETS);
    if (few) return few;
    const rows = await this.#cql.run(BUCKETS, [author, bucketOf(before - 1n), bucketOf(since)]);
    return rows.map((row) => row.bucket as number);
  }

  /** False when there is no room for anything older of this author. */
  async #offerBucket(
    author: UserId,
    bucket: number,
    { since, before, pageRows }: Bounded,
    newest: NewestPosts,
  ): Promise<boolean> {
    for (let below: bigint = before; ; ) {
      const rows = await this.#cql.run(POSTS, [author, bucket, since, below, pageRows]);
      for (const row of rows) {
        const post = postIdIn(row);
        below = post;
        if (row.deleted === true) continue;
        if (!newest.offer(post, author)) return false;
      }
      if (rows.length < pageRows) return true;
    }
  }
}

interface Bounded extends AuthorPostsQuery {
  readonly before: PostId;
  readonly pageRows: number;
}

/** A few times an author's fair share of the limit: one page is enough for most. */
function pageRowsFor({ limit, authors }: AuthorPostsQuery): number {
  return Math.min(MAX_PAGE_ROWS, MIN_PAGE_ROWS + Math.ceil((2 * limit) / authors.length));
}
