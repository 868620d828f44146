import { systemClock } from "../../../platform/clock/system-clock.ts";
import { u64Key, u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import { type Lmdb, openLmdb } from "../../../platform/storage/lmdb/open.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import {
  encodePastPost,
  type ImportOptions,
  PAST_POSTS_A_ROW,
  type PastPost,
} from "../../domain/past-posts.ts";
import { periodOf } from "../../domain/time-slots.ts";
import type { AuthorPost } from "../../ports.ts";
import { type LmdbPostLog, openLmdbPostLog, raiseBegan } from "./lmdb-post-log.ts";
import { PostTables } from "./post-tables.ts";
import { encodePostRow } from "./rows.ts";

const PRESENT = Buffer.from([1]);
/** Larger transactions gain little, and hold more memory. */
const WRITES_PER_COMMIT = 10_000;

/**
 * Writes posts of the past into the folder of a post service that does not run: rows and index, as
 * LmdbPostStore reads them, and no event in the outbox. Their ids must be older than any that a service
 * may still stamp. Ascending keys are several times faster. Tells how many writes are done: two a post.
 * Into the log goes what it still keeps; for it posts must come in their order, and those of a row are one transaction.
 */
export async function importPosts(
  folder: string,
  posts: Iterable<PastPost>,
  index: Iterable<AuthorPost>,
  { onWritten, logKeptMs }: ImportOptions,
): Promise<void> {
  const lmdb = openLmdb(folder);
  try {
    const tables = new PostTables(lmdb);
    const log = logKeptMs === undefined ? undefined : await openLog(lmdb, tables, logKeptMs);
    let enlisted: Buffer | undefined;
    let highest = 0n;
    const commit = { lmdb, onWritten, atOnce: log ? PAST_POSTS_A_ROW : WRITES_PER_COMMIT };
    await commitAll(posts, commit, (tx, post) => {
      const { postId, authorId } = post;
      if (postId > highest) highest = postId;
      const row = encodePostRow(authorId, encodePastPost(post), false);
      tx.put(tables.of(postId).posts, u64Key(postId), row);
      log?.add(tx, { postId, authorId, deleted: false });
    });
    if (!log) await raiseBegan(lmdb, highest);
    const commitKeys = { lmdb, onWritten, atOnce: WRITES_PER_COMMIT };
    await commitAll(index, commitKeys, (tx, { postId, authorId }) => {
      tx.put(tables.of(postId).byAuthor, u64PairKey(authorId, postId), PRESENT);
      const entry = u64PairKey(authorId, BigInt(periodOf(postId)));
      if (enlisted?.equals(entry)) return;
      tx.put(tables.directory, entry, PRESENT);
      enlisted = Buffer.from(entry);
    });
  } finally {
    await lmdb.close();
  }
}

function openLog(lmdb: Lmdb, tables: PostTables, keptMs: number): Promise<LmdbPostLog> {
  return openLmdbPostLog({ lmdb, tables, clock: systemClock, random: Math.random, keptMs });
}

/** One group is written and synced while the next is made. */
async function commitAll<Item>(
  items: Iterable<Item>,
  {
    lmdb,
    onWritten,
    atOnce,
  }: Pick<ImportOptions, "onWritten"> & { readonly lmdb: Lmdb; readonly atOnce: number },
  write: (tx: WriteTx, item: Item) => void,
): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  let group: Item[] = [];
  const commit = async () => {
    const full = group;
    group = [];
    await before;
    before = lmdb
      .commit((tx) => {
        for (const item of full) write(tx, item);
      })
      .then(() => onWritten(full.length));
    before.catch(() => {}); // looked at before the next group, or at the end
  };
  for (const item of items) {
    group.push(item);
    if (group.length === atOnce) await commit();
  }
  await commit();
  await before;
}
