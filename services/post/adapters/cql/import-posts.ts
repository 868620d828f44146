import type { LoggedChange } from "../../../model/wire/post-log-row.ts";
import { systemClock } from "../../../platform/clock/system-clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { CqlConfig } from "../../../platform/storage/cql/config.ts";
import { migrate } from "../../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../../platform/storage/cql/session.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import { LogWriter } from "../../domain/log-writer.ts";
import {
  encodePastPost,
  type ImportOptions,
  PAST_POSTS_A_ROW,
  type PastPost,
} from "../../domain/past-posts.ts";
import {
  beginPostLog,
  bucketAt,
  POST_LOG_TABLES,
  PostLogRows,
  raiseBegan,
} from "./post-log-rows.ts";
import { PostRows } from "./post-rows.ts";
import { POST_TABLES } from "./schema.ts";

const POSTS_AT_ONCE = 256;
/** Of a process: theirs are times in ms. */
const PAST_GENERATION = 1n;

/**
 * Writes posts of the past into a keyspace: rows, index and directory, as CqlPostStore reads them, and no
 * event in an outbox. Their ids must be older than any that a service may still stamp. For the log the
 * keyspace must be new.
 */
export async function importPosts(
  config: CqlConfig,
  log: Logger,
  posts: Iterable<PastPost>,
  { onWritten, logKeptMs }: ImportOptions,
): Promise<void> {
  const cql = await connectCql({ ...config, service: "prefill" }, log);
  try {
    await migrate(cql, [...POST_TABLES, ...POST_LOG_TABLES]);
    if (logKeptMs !== undefined) await beginPostLog(cql, systemClock);
    const rows = new PostRows(cql);
    const logged: LoggedChange[] = [];
    let highest = 0n;
    await inParallel(POSTS_AT_ONCE, posts, async (post) => {
      const { postId, authorId } = post;
      await rows.writeCreation(postId, authorId, encodePastPost(post));
      if (postId > highest) highest = postId;
      if (logKeptMs !== undefined) logged.push({ postId, authorId, deleted: false });
      onWritten(1);
    });
    if (logKeptMs === undefined) await raiseBegan(cql, highest);
    else
      await writeLog(
        new PostLogRows(cql, { clock: systemClock, keptSeconds: Math.ceil(logKeptMs / 1_000) }),
        logged,
      );
  } finally {
    await cql.close();
  }
}

async function writeLog(rows: PostLogRows, posts: LoggedChange[]): Promise<void> {
  posts.sort((a, b) => (a.postId < b.postId ? -1 : 1));
  const writer = new LogWriter({
    enlist: (generation, bucket) => rows.enlist(generation, bucket),
    insert: (...row) => rows.insert(...row),
    bucketAt,
    clock: systemClock,
  });
  for (let from = 0; from < posts.length; from += PAST_POSTS_A_ROW) {
    await writer.write(PAST_GENERATION, posts.slice(from, from + PAST_POSTS_A_ROW));
  }
}
