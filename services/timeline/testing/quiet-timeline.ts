import { GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { userIdOf } from "../../model/ids.ts";
import { settledIntervals } from "../../model/pulled/pulled-table.ts";
import { DELETED_BIT } from "../../model/wire/post-log-row.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { createStaticOwnership } from "../adapters/static/static-ownership.ts";
import { ColdScroll } from "../domain/cold/cold-scroll.ts";
import { Fills } from "../domain/fill/fills.ts";
import { followFriendChanges } from "../domain/friends/friend-changes.ts";
import { FriendSets } from "../domain/friends/friend-sets.ts";
import { highHalf, lowHalf } from "../domain/halves.ts";
import { pageSources } from "../domain/page/page-sources.ts";
import { getTimeline } from "../handlers/get-timeline.ts";
import type { EntryKey, EntryStore, PostSource } from "../ports.ts";
import { MemoryEntryStore } from "./memory-entry-store.ts";
import { pageOf } from "./start-timeline.ts";
import { appendOf, FakeFriends, FakePosts, World } from "./world.ts";

const CALL = { deadlineMs: Number.POSITIVE_INFINITY } as Call;
const FILL_LIMITS = {
  maxRunning: 2,
  maxQueued: 10,
  maxFailed: 10,
  firstRetryMs: 100,
  maxRetryMs: 400,
};

/** Small slices, so that a test's few posts are many of them. */
const COLD_LIMITS = {
  ...{ maxBytes: 10_000, maxRunning: 2, maxQueued: 10, waitMs: 1_000 },
  ...{ sliceEntries: 5, keptMs: 600_000, settledMs: 1_000 },
};

/** The parts of a timeline service around a World, called directly: for properties over many runs. */
export function quietTimeline(
  ringEntries: number,
  wrap: {
    store?: (store: MemoryEntryStore) => EntryStore;
    posts?: (posts: FakePosts) => PostSource;
  } = {},
) {
  const world = new World();
  const clock = new ManualClock();
  const memory = new MemoryEntryStore(ringEntries);
  const store = wrap.store?.(memory) ?? memory;
  const friends = new FakeFriends(world);
  const fakePosts = new FakePosts(world);
  const posts = wrap.posts?.(fakePosts) ?? fakePosts;
  const friendSets = new FriendSets(friends, 1_000_000);
  const intervals = settledIntervals();
  const fillDeps = {
    ...{ store, friendSets, posts, intervals, clock, ringEntries },
    maxKeptFriends: 20_000,
  };
  const fills = new Fills({ ...fillDeps, random: () => 1 }, FILL_LIMITS);
  const cold = new ColdScroll({ posts, clock }, COLD_LIMITS);
  const read = getTimeline({
    ...{ store, friendSets, fills, clock, waitMs: 1_000, rankTimeoutMs: 1_000 },
    sources: pageSources(store, {
      ...{ intervals, slow: cold, maxKeptFriends: 20_000 },
      arriving: friendSets.arriving,
    }),
    friends,
    ownership: createStaticOwnership(() => ["here:1"], 0),
    ranker: { rank: async () => [] },
    onPage: () => {},
    onDegraded: () => {},
  });
  return {
    ...{ world, clock, store, friends, posts: fakePosts, friendSets, fills, cold },

    async page(viewer: bigint, limit: number, pageToken = ""): Promise<GetTimelineResponse> {
      return GetTimelineResponse.decode(await read(pageOf(viewer, { limit, pageToken }), CALL));
    },

    /**
     * What the fan-out worker does with a post: friends as they are now, then the append. And what an index
     * does that reads of it: it tells the cold scroll.
     */
    async deliver(post: EntryKey, deleted = false): Promise<void> {
      const high = highHalf(post.postId) | (deleted ? DELETED_BIT : 0);
      cold.heardOf(Uint32Array.of(lowHalf(post.postId), high));
      await store.append(appendOf(post, world.friendsOf(post.authorId), deleted));
    },

    /** What the fan-out worker does with a friend event, for this end of the edge. */
    async tellOfFriend(viewer: bigint, friend: bigint): Promise<void> {
      await followFriendChanges(fillDeps, fills, userIdOf(viewer), [userIdOf(friend)]);
    },

    async close(): Promise<void> {
      await fills.close();
      await cold.close();
    },
  };
}

export type QuietTimeline = ReturnType<typeof quietTimeline>;
