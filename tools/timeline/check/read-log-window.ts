import { type PostId, trustedPostId } from "../../../services/model/ids.ts";
import { idAt } from "../../../services/model/wire/id-pairs.ts";
import type { LogHead, PostLog, PostLogRow } from "../../../services/timeline/ports.ts";

/** Posts of a stretch of time, as relays have published them. */
export interface LogWindow {
  /** All posts from this id on are here: what was asked for, or from where the log is whole. */
  readonly since: PostId;
  /** By author, those that are not deleted. */
  readonly posts: ReadonlyMap<bigint, readonly bigint[]>;
}

const ROWS_PER_CALL = 500;
const DELETED = 1n << 63n;

/** Reads the log backwards, from its heads to where nothing below can be of the stretch. */
export async function readLogWindow(
  log: PostLog,
  since: PostId,
  until: PostId,
): Promise<LogWindow> {
  const { began, heads } = await log.heads();
  const posts = new Map<bigint, Set<bigint>>();
  const deleted = new Set<bigint>();
  let whole: bigint = began > since ? began : since;
  for (const head of heads) {
    for await (const row of rowsBackTo(log, head, since)) {
      // It stands for one that was lost, and says how high the ids may have been that it had.
      if (row.posts.length === 0 && row.highestBefore >= whole) whole = row.highestBefore + 1n;
      for (let i = 0; i < row.posts.length / 2; i++) {
        const bits = idAt(row.posts, i);
        const postId = bits & ~DELETED;
        if (postId < since || postId >= until) continue;
        if (bits !== postId) deleted.add(postId);
        posts.getOrInsertComputed(idAt(row.authors, i), () => new Set()).add(postId);
      }
    }
  }
  const kept = [...posts].map(
    ([author, ids]) => [author, [...ids].filter((id) => id >= whole && !deleted.has(id))] as const,
  );
  return { since: trustedPostId(whole), posts: new Map(kept) };
}

/** The rows of a generation, newest first, down to the first below which all ids are smaller. */
async function* rowsBackTo(log: PostLog, head: LogHead, since: bigint): AsyncGenerator<PostLogRow> {
  let place = { seq: head.seq + 1, bucket: head.bucket };
  for (;;) {
    const rows = await log.before(head.generation, place, ROWS_PER_CALL);
    for (const row of rows) {
      yield row;
      if (row.highestBefore < since) return;
      place = { seq: row.seq, bucket: row.previousBucket };
    }
    if (rows.length === 0) return;
  }
}
