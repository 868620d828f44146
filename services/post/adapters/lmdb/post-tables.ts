import type { UserId } from "../../../model/ids.ts";
import { readU64, u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import { oldestPeriod, PLACES, periodOf, placeOf } from "../../domain/time-slots.ts";

/** What one period of time has: rows by id; keys (author, post); the same of deleted posts. */
export interface PostPeriod {
  readonly posts: Table;
  readonly byAuthor: Table;
  readonly deletedByAuthor: Table;
}

/**
 * The tables of posts, by time. A period that is over is dropped as a whole, in the time of its branch pages
 * (14 ms for 200,000 rows), where removing them one by one would cost as much as writing them.
 *
 * Age counts from the newest post that is stored, not by the clock: one that is wrong drops nothing.
 */
export class PostTables {
  /** Keys (author, period): in which periods an author has posts. */
  readonly directory: Table;
  readonly #lmdb: Lmdb;
  readonly #places: readonly PostPeriod[];

  /** @throws when a version before these tables has written the posts */
  constructor(lmdb: Lmdb) {
    if (lmdb.table("posts").count() > 0) {
      throw new Error("the posts were written by an earlier version: npm run reset");
    }
    this.#lmdb = lmdb;
    this.directory = lmdb.table("author-periods");
    this.#places = Array.from({ length: PLACES }, (_, place) => ({
      posts: lmdb.table(`posts/${place}`),
      byAuthor: lmdb.table(`posts-by-author/${place}`),
      deletedByAuthor: lmdb.table(`deleted-by-author/${place}`),
    }));
  }

  of(post: bigint): PostPeriod {
    return this.#places[placeOf(periodOf(post))];
  }

  ofPeriod(period: number): PostPeriod {
    return this.#places[placeOf(period)];
  }

  count(): number {
    return this.#places.reduce((sum, { posts }) => sum + posts.count(), 0);
  }

  /** The newest post stored; 0n when there is none. */
  newest(): bigint {
    return this.#places.reduce((newest, { posts }) => {
      const last = lastKey(posts);
      return last > newest ? last : newest;
    }, 0n);
  }

  /** The periods in which an author has posts, from `newest` down to `oldest`. */
  *periodsOf(author: UserId, newest: number, oldest: number): Generator<number> {
    const from = u64PairKey(author, BigInt(oldest));
    const before = u64PairKey(author, BigInt(newest) + 1n);
    for (const key of this.directory.keys({ from, before, reverse: true })) {
      yield Number(readU64(key, 8));
    }
  }

  /** Empties the periods whose last post is too old to be shown; resolves to how many posts went. */
  async expire(): Promise<number> {
    const newest = this.newest();
    if (newest === 0n) return 0;
    const oldest = oldestPeriod(newest);
    let count = 0;
    for (const period of this.#places) {
      const last = lastKey(period.posts);
      if (last === 0n || periodOf(last) >= oldest) continue;
      count += period.posts.count();
      // The rows last: until they have gone, what is left of the period is found again.
      await this.#lmdb.clear(period.byAuthor);
      await this.#lmdb.clear(period.deletedByAuthor);
      await this.#lmdb.clear(period.posts);
    }
    return count;
  }
}

function lastKey(table: Table): bigint {
  for (const key of table.keys({ reverse: true, limit: 1 })) return readU64(key);
  return 0n;
}
