import { type PostId, postIdOf, trustedPostId, type UserId } from "../../../model/ids.ts";
import { MAX_LIST_AUTHOR_POSTS, MAX_LIST_AUTHORS } from "../../../model/limits.ts";
import { isPushed } from "../../../model/push-or-pull.ts";
import { internal } from "../../../platform/grpc/errors/errors.ts";
import type { AuthorPosts, EntryKey, PostSource, PullIntervals } from "../../ports.ts";
import type { RecentPull, RecentPulled } from "../recent/recent-pull.ts";
import type { NewestMerge } from "./newest-merge.ts";

export interface PullSources {
  readonly posts: PostSource;
  /** Asked first; without one, or while it is behind, the posts are asked for everything. */
  readonly recent?: RecentPull | undefined;
  readonly intervals: PullIntervals;
  /** Entries that a ring holds. */
  readonly ringEntries: number;
}

/** What authors' posts were pulled down to, and which there were. */
export interface Pulled {
  readonly entries: readonly EntryKey[];
  readonly floor: PostId;
}

/**
 * Pulls the authors in waves into the merge, and gives what there was this time: it may be less than the
 * merge has from a time before. `proceed` is called before each wave; it may throw.
 */
export async function pullNewest(
  sources: PullSources,
  authors: readonly UserId[],
  merge: NewestMerge,
  proceed: () => void,
): Promise<Pulled> {
  const entries: EntryKey[] = [];
  const recent = await sources.recent?.newest(authors, merge.floor, sources.ringEntries);
  if (recent) {
    const posts = pushedOf(recent, sources.intervals);
    entries.push(...posts);
    const last = recent.posts.at(-1);
    const completeFrom = recent.isCut && last ? last.postId : postIdOf(0n);
    merge.add({ posts, completeFrom });
    if (recent.isCut || isAllAbove(merge.floor, recent)) return { entries, floor: merge.floor };
  }
  const before = recent?.since ?? 0n;
  const limit = Math.min(sources.ringEntries, MAX_LIST_AUTHOR_POSTS);
  for (let from = 0; from < authors.length; from += MAX_LIST_AUTHORS) {
    proceed();
    const wave = authors.slice(from, from + MAX_LIST_AUTHORS);
    const answer = await sources.posts.list(wave, merge.floor, before, limit);
    const posts = pushedOf(answer, sources.intervals);
    entries.push(...posts);
    merge.add({ ...answer, posts });
  }
  return { entries, floor: merge.floor };
}

/**
 * All posts of the authors down to the floor. When that is more than a ring holds, one more than it
 * holds: then adding them evicts, which lifts the floor above what was not read.
 */
export async function pullToFloor(
  sources: PullSources,
  authors: readonly UserId[],
  floor: PostId,
): Promise<Pulled> {
  const entries: EntryKey[] = [];
  const recent = await sources.recent?.newest(authors, floor, sources.ringEntries + 1);
  if (recent) {
    entries.push(...pushedOf(recent, sources.intervals));
    const last = recent.posts.at(-1);
    if (recent.isCut && last) return { entries, floor: last.postId };
    if (isAllAbove(floor, recent)) return { entries, floor };
  }
  let reached = floor;
  for (let from = 0; from < authors.length; from += MAX_LIST_AUTHORS) {
    const wave = authors.slice(from, from + MAX_LIST_AUTHORS);
    const most = entries.length + sources.ringEntries + 1;
    let before: bigint = recent?.since ?? 0n;
    let isFirst = true;
    do {
      const limit = Math.min(most - entries.length, MAX_LIST_AUTHOR_POSTS);
      const answer = await sources.posts.list(wave, floor, before, limit);
      if (!isFirst && answer.completeFrom >= before) throw internal("pull makes no progress");
      isFirst = false;
      entries.push(...pushedOf(answer, sources.intervals));
      before = answer.completeFrom;
    } while (before > floor && entries.length < most);
    if (before > reached) reached = trustedPostId(before);
  }
  return { entries, floor: reached };
}

/** No id is between the two, so nothing is left to be asked for. */
function isAllAbove(floor: PostId, { since }: RecentPulled): boolean {
  return since <= floor + 1n;
}

/** Posts of popular times are merged into the page by its reader instead (rule 6.6). */
function pushedOf({ posts }: Pick<AuthorPosts, "posts">, intervals: PullIntervals): EntryKey[] {
  return posts.filter(({ postId, authorId }) => isPushed(postId, intervals.of(authorId)));
}
