import { firstPostIdAt } from "../../../model/ids.ts";
import type { AppendBatch, PostAppendHot } from "../../../model/wire/append-entries.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { PostSource } from "../../ports.ts";
import type { RecentIndex } from "./recent-index.ts";
import type { RecentPosts } from "./recent-posts.ts";

/** What knows of a deletion soon after it is in the post log. */
export interface FollowedLog extends Pick<RecentPosts, "isUsable" | "since" | "catchingUp"> {
  readonly index: Pick<RecentIndex, "isDeleted">;
}

export interface DeletionSources {
  /** Undefined: there is no memory for it. */
  readonly index: FollowedLog | undefined;
  readonly posts: PostSource;
  readonly clock: Clock;
}

/** Without an index the posts are asked, of what is older. */
const UNINDEXED_MS = 1_000;
const MAX_ASKED_AT_ONCE = 8;

/**
 * The deletions of those of these appends, held by now, that come after their posts were deleted; undefined: none.
 *
 * An event may come after the deletion of its post was told: out of the outbox of a process that died, out of a
 * parking queue, or once more. It goes to who is a friend and active by now, and so to people whom nobody told of
 * the deletion. The deletion was in the log before it was told, and whoever became a friend or active later was
 * filled or mended with an index that had read it (fill/overtaken.ts): so what the index knows now is all there is,
 * unless it has just begun, or taken shards. An index that is behind otherwise makes nobody wait: else a mesh in which
 * everything has become late would append more slowly for it, and stay late. Of what the index does not reach the
 * posts are asked; while they don't answer, entries stay as they are: the flag is a hint, and BatchGetPosts knows.
 */
export function deletionsAmong(
  { appends }: AppendBatch,
  sources: DeletionSources,
): AppendBatch | undefined | Promise<AppendBatch | undefined> {
  const { index } = sources;
  if (index?.catchingUp || appends.some(isUnreached(sources))) return askedFor(appends, sources);
  return deletionsOf(appends, (append) => isKnown(append, index));
}

async function askedFor(
  appends: readonly PostAppendHot[],
  sources: DeletionSources,
): Promise<AppendBatch | undefined> {
  const { index, posts } = sources;
  await index?.catchingUp;
  const gone = new Set<bigint>();
  await inParallel(MAX_ASKED_AT_ONCE, appends.filter(isUnreached(sources)), async (append) => {
    if (await isGone(append, posts)) gone.add(append.postId);
  });
  return deletionsOf(appends, (append) => gone.has(append.postId) || isKnown(append, index));
}

function isUnreached({ index, clock }: DeletionSources): (append: PostAppendHot) => boolean {
  // A log that has no rows tells of no deletion.
  const indexedSince = index?.isUsable ? index.since : 0n;
  const since = index ? indexedSince : firstPostIdAt(clock.nowMs() - UNINDEXED_MS);
  return ({ deleted, postId }) => !deleted && postId < since;
}

function isKnown({ authorId, postId }: PostAppendHot, index: FollowedLog | undefined): boolean {
  return index?.index.isDeleted(authorId, postId) ?? false;
}

/** What is published is whole (L1): who wrote it has it among their posts, or it was deleted. */
async function isGone({ authorId, postId }: PostAppendHot, posts: PostSource): Promise<boolean> {
  try {
    const found = await posts.list([authorId], postId, postId + 1n, 1);
    return found.posts.length === 0 && found.completeFrom <= postId;
  } catch {
    return false;
  }
}

function deletionsOf(
  appends: readonly PostAppendHot[],
  isDeleted: (append: PostAppendHot) => boolean,
): AppendBatch | undefined {
  const isOvertaken = (append: PostAppendHot) => !append.deleted && isDeleted(append);
  if (!appends.some(isOvertaken)) return undefined;
  return { appends: appends.filter(isOvertaken).map((one) => ({ ...one, deleted: true })) };
}
