import { expect, it } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { POST_EPOCH_MS, postIdOf, userIdOf } from "../../../model/ids.ts";
import { settledIntervals } from "../../../model/pulled/pulled-table.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { MemoryEntryStore } from "../../testing/memory-entry-store.ts";
import { appendOf, FakeFriends, FakePosts, World } from "../../testing/world.ts";
import { FriendSets } from "../friends/friend-sets.ts";
import { RecentIndex } from "../recent/recent-index.ts";
import { RecentPull } from "../recent/recent-pull.ts";
import { heldOf } from "./deleted-apart.ts";
import { Fill } from "./fill.ts";
import { mend } from "./mend.ts";

const AUTHOR = userIdOf(2n);
const VIEWER = userIdOf(1n);
const RING_ENTRIES = 6;
/** As RecentPull waits for a look at the log: with all else to be asked, and with nothing. */
const [MAX_WAIT_MS, MAX_CATCH_UP_MS] = [500, 2_000];

/** A post and its deletion, of which the index has read neither, and a viewer who was told of neither. */
function overtakenPost() {
  const world = new World();
  world.befriend(VIEWER, AUTHOR);
  const postId = world.post(AUTHOR, POST_EPOCH_MS + 1e6);
  world.deleted.add(postId);
  const clock = new ManualClock();
  const index = new RecentIndex(1_000_000);
  const store = new MemoryEntryStore(RING_ENTRIES);
  const followed = {
    ...{ index, isUsable: true, since: 0n, throughMs: -1 },
    through: async () => {},
    caughtUp: (sinceMs: number): Promise<void> | undefined =>
      followed.throughMs < sinceMs ? followed.through() : undefined,
  };
  const deps = {
    ...{ store, clock, posts: new FakePosts(world), intervals: settledIntervals() },
    recent: new RecentPull(followed, clock, RING_ENTRIES + 1),
    friendSets: new FriendSets(new FakeFriends(world), 1_000_000),
    ...{ ringEntries: RING_ENTRIES, maxKeptFriends: 20_000 },
  };
  return {
    ...{ clock, followed, deps, store },
    /** The creation is told again. */
    append: () => store.append(appendOf({ postId, authorId: AUTHOR }, [VIEWER])),
    read: () => {
      index.insert(AUTHOR, postId, true);
      followed.throughMs = clock.monotonicMs();
    },
    held: () => heldOf(store, VIEWER, [AUTHOR]),
  };
}

/** Until somebody waits. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  await until(() => clock.sleeperCount > 0);
  await clock.advance(ms);
}

const fill = ({ deps }: ReturnType<typeof overtakenPost>) => new Fill(VIEWER).run(deps);
const befriended = async ({ deps, store }: ReturnType<typeof overtakenPost>) => {
  await store.activate(VIEWER);
  await store.complete(VIEWER, postIdOf(1n));
  await mend(deps, VIEWER, [AUTHOR]);
};

it.each([
  ["becomes active", fill],
  ["becomes a friend", befriended],
])(
  "flags what comes before the index has read that it is deleted, while somebody %s",
  async (_, begin) => {
    const world = overtakenPost();
    world.followed.through = async () => {
      await world.append();
      world.read();
    };
    await begin(world);
    expect(await world.held()).toEqual([]);
  },
);

it("flags it when the index has been slow, so that the posts were asked for all else", async () => {
  const world = overtakenPost();
  const { clock, followed } = world;
  const read = Promise.withResolvers<void>();
  followed.through = () => read.promise;
  const filled = fill(world);
  await pass(clock, MAX_WAIT_MS);
  await world.append();
  expect(await world.held()).toHaveLength(1);
  world.read();
  read.resolve();
  await filled;
  expect(await world.held()).toEqual([]);
});

it("goes on without an index that does not answer", async () => {
  const world = overtakenPost();
  const { clock, followed } = world;
  followed.through = () => new Promise(() => {});
  const filled = fill(world);
  await pass(clock, MAX_WAIT_MS);
  await pass(clock, MAX_CATCH_UP_MS);
  await filled;
  expect(world.store.state(VIEWER).kind).toBe("complete");
});
