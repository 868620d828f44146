import { type PostId, postIdOf, trustedPostId, type UserId } from "../../../model/ids.ts";
import { MAX_LIST_AUTHOR_POSTS, MAX_LIST_AUTHORS } from "../../../model/limits.ts";
import { internal, unavailable } from "../../../platform/grpc/errors/errors.ts";
import type { AuthorPosts, EntryKey, PostSource, PulledIntervals } from "../../ports.ts";
import type { RecentPull, RecentPulled } from "../recent/recent-pull.ts";
import type { NewestMerge } from "./newest-merge.ts";

export interface PullSources {
  readonly posts: PostSource;
  /** Asked first; without one, or while it is behind, the posts are asked for everything. */
  readonly recent?: RecentPull | undefined;
  readonly intervals: PulledIntervals;
  /** Entries that a ring holds. */
  readonly ringEntries: number;
}

/** Longer than the table is settled ahead of the time takes to be read, when the friend service is well. */
const MAX_TABLE_WAIT_MS = 2_000;

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
    const posts = await pushedOf(recent, sources.intervals);
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
    const posts = await pushedOf(answer, sources.intervals);
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
    entries.push(...(await pushedOf(recent, sources.intervals)));
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
      entries.push(...(await pushedOf(answer, sources.intervals)));
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

/**
 * Without those that the page is merged with by its reader (rule 6.6). What this process does not know yet
 * it waits for: a ring never holds what is pulled, for no hint of its deletion would come.
 */
async function pushedOf(
  { posts }: Pick<AuthorPosts, "posts">,
  intervals: PulledIntervals,
): Promise<EntryKey[]> {
  const newest = posts.at(0);
  const isKnown = !newest || (await intervals.through(newest.postId, MAX_TABLE_WAIT_MS));
  if (!isKnown) throw unavailable("the table of pulled intervals is not read as far as the posts");
  const { table } = intervals;
  return posts.filter(({ postId, authorId }) => table.deliveryOf(postId, authorId) !== "pull");
}
