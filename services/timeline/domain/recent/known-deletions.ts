import { postTimeMs } from "../../../model/ids.ts";
import type { AppendBatch, PostAppendHot } from "../../../model/wire/append-entries.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import { settleWithin } from "../../../platform/concurrency/settle-within.ts";
import type { PostSource } from "../../ports.ts";
import type { RecentIndex } from "./recent-index.ts";
import type { RecentPosts } from "./recent-posts.ts";

/** What knows of a deletion as soon as it is in the post log. */
export interface FollowedLog
  extends Pick<RecentPosts, "isUsable" | "since" | "behindMs" | "through"> {
  readonly index: Pick<RecentIndex, "isDeleted">;
}

export interface DeletionSources {
  /** Undefined: there is no memory for it. */
  readonly index: FollowedLog | undefined;
  readonly posts: PostSource;
  readonly clock: Clock;
}

/** Within so much nobody becomes a friend between a deletion and what it has overtaken. */
const LATE_MS = 1_000;
const MAX_WAIT_MS = 500;
const MAX_ASKED_AT_ONCE = 8;

/**
 * A post's event may come after its deletion was told: out of the outbox of a process that died, out of a
 * parking queue, or once more. It goes to who is a friend by now, and so to people whom nobody told of the
 * deletion, for they were no friends then. The deletion was in the log before it was told: what the index
 * has as deleted is appended as deleted. For late events an index that has not read the log for as long reads up to its
 * heads first, once for all that wait, and of what it does not reach the posts are asked. One that keeps up makes
 * nobody wait: else a mesh in which everything has become late would append more slowly for it, and stay late. While
 * nobody answers, entries go on as they are: the flag is a hint, and BatchGetPosts knows.
 */
export function withKnownDeletions(
  batch: AppendBatch,
  sources: DeletionSources,
): AppendBatch | Promise<AppendBatch> {
  const { index, clock } = sources;
  const nowMs = clock.nowMs();
  const isLate = ({ deleted, postId }: PostAppendHot) =>
    !deleted && nowMs - postTimeMs(postId) > LATE_MS;
  return batch.appends.some(isLate)
    ? askedFor(batch, batch.appends.filter(isLate), sources)
    : markedBy(batch, (append) => isKnown(append, index));
}

async function askedFor(
  batch: AppendBatch,
  late: readonly PostAppendHot[],
  { index, posts, clock }: DeletionSources,
): Promise<AppendBatch> {
  if (index && index.behindMs > LATE_MS) await settleWithin(index.through(), MAX_WAIT_MS, clock);
  // A log that has no rows tells of no deletion.
  const isUnreached = ({ postId }: PostAppendHot) =>
    index === undefined || (index.isUsable && postId < index.since);
  const gone = new Set<bigint>();
  await inParallel(MAX_ASKED_AT_ONCE, late.filter(isUnreached), async (append) => {
    if (await isGone(append, posts)) gone.add(append.postId);
  });
  return markedBy(batch, (append) => gone.has(append.postId) || isKnown(append, index));
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

function markedBy(batch: AppendBatch, isDeleted: (append: PostAppendHot) => boolean): AppendBatch {
  const isOvertaken = (append: PostAppendHot) => !append.deleted && isDeleted(append);
  if (!batch.appends.some(isOvertaken)) return batch;
  return {
    ...batch,
    appends: batch.appends.map((one) => (isOvertaken(one) ? { ...one, deleted: true } : one)),
  };
}
