import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_ID, POST_EPOCH_MS, postIdOf, userIdOf } from "../../../model/ids.ts";
import { settledIntervals } from "../../../model/pulled/pulled-table.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { MemoryEntryStore } from "../../testing/memory-entry-store.ts";
import { FakePosts, World } from "../../testing/world.ts";
import { RecentIndex } from "../recent/recent-index.ts";
import { RecentPull } from "../recent/recent-pull.ts";
import { heldOf } from "./deleted-apart.ts";
import { pullToFloor } from "./pull.ts";

const VIEWER = userIdOf(1n);
const AUTHORS = [2n, 3n].map(userIdOf);
const MOST = 30;

interface Case {
  /** Who posted, oldest first. */
  readonly posts: readonly number[];
  /** Of the first author: posts from this one on are pulled, up to that one. */
  readonly pulled: readonly [number, number];
  /** The index has posts from this one on; beyond the last: it is behind. */
  readonly indexed: number;
  readonly ringEntries: number;
  readonly maxAnswer: number;
}

/** Pulls into a complete ring, which must then hold what is pushed, down to its floor. */
async function check({ posts, pulled, indexed, ringEntries, maxAnswer }: Case): Promise<bigint> {
  const world = new World();
  posts.forEach((author, i) => void world.post(AUTHORS[author], POST_EPOCH_MS + 1e6 + i));
  const idAt = (i: number) => world.posts[i]?.postId ?? MAX_ID;
  const interval = { authorId: AUTHORS[0], since: postIdOf(idAt(pulled[0])) };
  const intervals = settledIntervals([{ ...interval, until: postIdOf(idAt(pulled[1])) }]);
  const index = new RecentIndex(1_000_000, { slabShift: 2 });
  for (const { postId, authorId } of world.posts.slice(indexed)) {
    index.insert(authorId, postId, false);
  }
  const isUsable = indexed < posts.length;
  const since = indexed === 0 ? 0n : idAt(indexed - 1) + 1n;
  const followed = { index, isUsable, since, through: async () => {}, caughtUp: () => undefined };
  const recent = new RecentPull(followed, new ManualClock(0), ringEntries + 1);
  const source = new FakePosts(world);
  source.maxAnswer = maxAnswer;
  const sources = { posts: source, recent, intervals, ringEntries };
  const store = new MemoryEntryStore(ringEntries);
  await store.activate(VIEWER);
  await store.complete(VIEWER, postIdOf(1n));
  const { entries } = await pullToFloor(sources, AUTHORS, postIdOf(1n));
  await store.addEntries(VIEWER, entries);
  const state = store.state(VIEWER);
  const floor = state.kind === "complete" ? state.floor : 0n;
  const { table } = intervals;
  const pushed = world.posts.filter(
    ({ postId, authorId }) => postId >= floor && table.deliveryOf(postId, authorId) === "push",
  );
  expect(await heldOf(store, VIEWER, AUTHORS)).toEqual(pushed.toReversed());
  return floor;
}

it("goes on below posts that are pulled, for they fill no ring", async () => {
  const posts = [0, 0, 0, 0, 0, 0, 0];
  const floor = await check({
    ...{ posts, pulled: [2, posts.length], indexed: 0 },
    ...{ ringEntries: 3, maxAnswer: MOST },
  });
  expect(floor).toBe(1n);
});

it("brings all that is pushed down to the floor, wherever it is", async () => {
  const place = fc.nat(MOST);
  const cases = fc.record({
    posts: fc.array(fc.nat(AUTHORS.length - 1), { maxLength: MOST }),
    pulled: fc.tuple(place, place),
    indexed: place,
    ringEntries: fc.integer({ min: 1, max: 8 }),
    maxAnswer: fc.integer({ min: 1, max: MOST }),
  });
  const property = fc.asyncProperty(cases, async (one) => void (await check(one)));
  await fc.assert(property, { numRuns: 500 });
});
