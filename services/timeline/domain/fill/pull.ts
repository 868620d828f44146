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
  const indexed = await indexedToFloor(sources, authors, floor);
  if (indexed.isDone) return { entries: indexed.entries, floor: indexed.reached };
  const { entries } = indexed;
  let reached = floor;
  for (let from = 0; from < authors.length; from += MAX_LIST_AUTHORS) {
    const wave = authors.slice(from, from + MAX_LIST_AUTHORS);
    const most = entries.length + sources.ringEntries + 1;
    let before: bigint = indexed.reached;
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

interface Indexed {
  readonly entries: EntryKey[];
  /** They are all from here on; 0n: nothing was read. */
  readonly reached: PostId;
  /** Nothing is left to be asked for elsewhere. */
  readonly isDone: boolean;
}

/**
 * What the index has of it, piece by piece: posts that are pulled cut a piece off as others do, and only
 * those that are pushed fill a ring.
 */
async function indexedToFloor(
  { recent, intervals, ringEntries }: PullSources,
  authors: readonly UserId[],
  floor: PostId,
): Promise<Indexed> {
  const entries: EntryKey[] = [];
  let reached = postIdOf(0n);
  for (;;) {
    const piece = await recent?.newest(authors, floor, ringEntries + 1, reached);
    if (!piece) return { entries, reached, isDone: false };
    entries.push(...(await pushedOf(piece, intervals)));
    const last = piece.posts.at(-1);
    if (piece.isCut && last) {
      reached = last.postId;
      if (entries.length > ringEntries) return { entries, reached, isDone: true };
    } else if (isAllAbove(floor, piece)) {
      return { entries, reached: floor, isDone: true };
    } else {
      // The index may have let go of what is below the last piece.
      if (reached === 0n || piece.since < reached) reached = piece.since;
      return { entries, reached, isDone: false };
    }
  }
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
