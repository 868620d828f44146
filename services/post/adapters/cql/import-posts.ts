import type { PostId } from "../../../model/ids.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { CqlConfig } from "../../../platform/storage/cql/config.ts";
import { migrate } from "../../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../../platform/storage/cql/session.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import { encodePost } from "../../domain/post-message.ts";
import type { PostDraft } from "../../ports.ts";
import { POST_LOG_TABLES, raiseBegan } from "./post-log-rows.ts";
import { PostRows } from "./post-rows.ts";
import { POST_TABLES } from "./schema.ts";

/** A post of the past: stamped by whoever imports it, delivered long ago. */
type PastPost = Pick<PostDraft, "authorId" | "text"> & { readonly postId: PostId };

const NONE = new Uint8Array();
const BARE = { requestId: "", client: NONE, device: NONE, place: undefined };
const POSTS_AT_ONCE = 256;

/**
 * Writes posts of the past into a keyspace: rows, index and directory, as CqlPostStore reads them, and no
 * event in an outbox. Their ids must be older than any that a service may still stamp.
 */
export async function importPosts(
  config: CqlConfig,
  log: Logger,
  posts: Iterable<PastPost>,
  onWritten: (more: number) => void,
): Promise<void> {
  const cql = await connectCql({ ...config, service: "prefill" }, log);
  try {
    await migrate(cql, [...POST_TABLES, ...POST_LOG_TABLES]);
    const rows = new PostRows(cql);
    let highest = 0n;
    await inParallel(POSTS_AT_ONCE, posts, async ({ postId, authorId, text }) => {
      const message = encodePost(postId, { authorId, text, ...BARE });
      await rows.writeCreation(postId, authorId, message);
      if (postId > highest) highest = postId;
      onWritten(1);
    });
    await raiseBegan(cql, highest);
  } finally {
    await cql.close();
  }
}
