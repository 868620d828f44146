import { firstPostIdAt, postTimeMs, trustedPostId, type UserId } from "../../../model/ids.ts";
import { MAX_LIST_AUTHOR_POSTS, MAX_LIST_AUTHORS } from "../../../model/limits.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import { internal } from "../../../platform/grpc/errors/errors.ts";
import type { EntryKey, PostSource } from "../../ports.ts";
import { NewestMerge } from "../fill/newest-merge.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { maxId } from "../halves.ts";

/** What a slice is to hold. */
export interface SliceAsk {
  readonly friends: FriendSet;
  /** Below this id; 0n: from the newest. */
  readonly before: bigint;
  /** Not below this one: the retention bound. */
  readonly stop: bigint;
  /** So many entries are enough; it holds no more. */
  readonly entries: number;
  /** The time in which so many are thought to be, ms. */
  readonly spanMs: number;
}

export interface FetchedSlice {
  /** Newest first. */
  readonly entries: readonly EntryKey[];
  /** Every post of the friends with from <= id < before is among the entries. */
  readonly from: bigint;
}

/** Asked at the same time; what one brings bounds what the later ones look for. */
const WAVES_AT_ONCE = 4;
/** A stretch of time that has too little is followed by one so much longer. */
const SPAN_GROWTH = 8;

/**
 * The newest posts of all friends below an id: a stretch of time, in waves of 256 authors, merged into a
 * buffer of bounded size; a longer stretch below it while there is less than half of what was wanted. The
 * stretches spare the store what it need not look at: an author index is cut by time, too.
 */
export async function fetchSlice(
  posts: PostSource,
  { friends, before, stop, entries: wanted, spanMs }: SliceAsk,
  nowMs: number,
): Promise<FetchedSlice> {
  const entries: EntryKey[] = [];
  let below = before;
  for (let stretchMs = spanMs; ; stretchMs *= SPAN_GROWTH) {
    const fromMs = (below === 0n ? nowMs : postTimeMs(below)) - stretchMs;
    const bound = trustedPostId(maxId(firstPostIdAt(fromMs), stop));
    const merge = new NewestMerge(wanted - entries.length, bound);
    await inParallel(WAVES_AT_ONCE, wavesOf(friends), async (wave) => {
      const limit = Math.min(wanted - entries.length, MAX_LIST_AUTHOR_POSTS);
      merge.add(await posts.list(wave, merge.floor, below, limit));
    });
    if (below !== 0n && merge.floor >= below) throw internal("a cold slice makes no progress");
    entries.push(...[...merge.entries()].sort((a, b) => (a.postId > b.postId ? -1 : 1)));
    below = merge.floor;
    if (below <= stop || 2 * entries.length >= wanted) return { entries, from: below };
  }
}

function* wavesOf(friends: FriendSet): Generator<readonly UserId[]> {
  for (let from = 0; from < friends.size; from += MAX_LIST_AUTHORS) {
    yield friends.slice(from, MAX_LIST_AUTHORS);
  }
}
