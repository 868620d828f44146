import { join } from "node:path";
import { userIdOf } from "../../services/model/ids.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import { CQL_VARIABLES } from "../../services/platform/storage/cql/config.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { importPosts as importIntoCql } from "../../services/post/adapters/cql/import-posts.ts";
import { importPosts as importIntoLmdb } from "../../services/post/adapters/lmdb/import-posts.ts";
import { readPostConfig } from "../../services/post/config.ts";
import type { Delivery } from "../demand/delivery.ts";
import type { PrefillEngine } from "./manifest.ts";
import type { PastPosts, PostsByAuthor } from "./past-posts.ts";

/**
 * Into the store of a post service that does not run now, by pull also into its log; `env`: of the world. Tells of
 * posts done; on embedded of halves.
 */
export async function storePosts({
  engine,
  delivery,
  dataDir,
  posts,
  byAuthor: { order },
  env,
  onStored,
}: {
  readonly engine: PrefillEngine;
  readonly delivery: Delivery;
  readonly dataDir: string;
  readonly posts: PastPosts;
  readonly byAuthor: PostsByAuthor;
  readonly env: Readonly<Record<string, string>>;
  readonly onStored: (more: number) => void;
}): Promise<void> {
  const keyOf = (post: number) => ({
    postId: posts.id(post),
    authorId: userIdOf(posts.author[post]),
  });
  function* rows() {
    for (let post = 0; post < posts.count; post++) {
      yield { ...keyOf(post), text: Buffer.from(posts.text(post)) };
    }
  }
  function* index() {
    for (const post of order) yield keyOf(post);
  }
  const variables = { ...process.env, ...env };
  const logKeptMs = delivery === "pull" ? readPostConfig(variables).logKeptMs : undefined;
  if (engine === "embedded") {
    const onWritten = (more: number) => onStored(more / 2);
    await importIntoLmdb(join(dataDir, "post"), rows(), index(), { onWritten, logKeptMs });
    return;
  }
  const config = readConfig(CQL_VARIABLES, variables);
  const options = { onWritten: onStored, logKeptMs };
  await importIntoCql(config, createLogger("prefill", "silent"), rows(), options);
}
