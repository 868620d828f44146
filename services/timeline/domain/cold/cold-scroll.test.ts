import fc from "fast-check";
import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { firstPostIdAt, userIdOf } from "../../../model/ids.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import { DELETED_BIT } from "../../../model/wire/post-log-row.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { FakePosts, World } from "../../testing/world.ts";
import { FriendSet } from "../friends/friend-set.ts";
import { highHalf, joinHalves, lowHalf } from "../halves.ts";
import { createVisibleWindow } from "../page/visible-window.ts";
import { COLD_TIMES, ColdScroll } from "./cold-scroll.ts";

const VIEWER = userIdOf(1n);
const DAY_MS = 86_400_000;
const YEARS_MS = 3 * 365 * DAY_MS;
const NOW_MS = Date.UTC(2027, 6, 1);
const LIMITS = { ...COLD_TIMES, maxBytes: 100_000, maxRunning: 2, maxQueued: 2, waitMs: 50 };

function start(limits: Partial<typeof LIMITS> = {}) {
  const world = new World();
  const posts = new FakePosts(world);
  const clock = new ManualClock();
  clock.stepWall(NOW_MS - clock.nowMs());
  const slices: number[] = [];
  const onSlice = (entries: number) => void slices.push(entries);
  const cold = new ColdScroll({ posts, clock, onSlice }, { ...LIMITS, ...limits });
  const page = async (before: bigint, limit = 20, friends = world.friendsOf(VIEWER)) => {
    const visible = createVisibleWindow(limit);
    const stop = firstPostIdAt(NOW_MS - YEARS_MS);
    const set = new FriendSet(pairsOf(friends));
    const stretch = { viewer: VIEWER, before, stop, limit, friends: set };
    const answer = await cold.read(stretch, visible, clock.nowMs() + 10_000);
    const ids = Array.from({ length: visible.count }, (_, i) =>
      joinHalves(visible.postHigh[i], visible.postLow[i]),
    );
    return { ...answer, ids, isEnd: answer.end === "reached" && answer.from === stop };
  };
  return { world, posts, clock, cold, slices, page };
}

/** All pages, from an hour ago on. */
async function scroll({ page }: ReturnType<typeof start>, limit = 20): Promise<bigint[]> {
  const ids: bigint[] = [];
  for (let before: bigint = firstPostIdAt(NOW_MS - 3_600_000); ; ) {
    const { from, isEnd, ids: more } = await page(before, limit);
    expect(from < before).toBe(true);
    ids.push(...more);
    if (isEnd) return ids;
    before = from;
  }
}

it("shows three years of sparse and of busy friends, each post once, to the very end", async () => {
  const post = fc.record({
    author: fc.bigInt({ min: 2n, max: 6n }),
    agoMs: fc.integer({ min: 3_600_001, max: YEARS_MS }),
    burst: fc.constantFrom(1, 1, 1, 40),
  });
  const run = fc.asyncProperty(
    fc.uniqueArray(post, { maxLength: 60, selector: ({ author, agoMs }) => `${author}/${agoMs}` }),
    fc.integer({ min: 1, max: 30 }),
    fc.constantFrom(7, Number.POSITIVE_INFINITY),
    async (written, limit, maxAnswer) => {
      const one = start({ sliceEntries: 10 });
      one.posts.maxAnswer = maxAnswer;
      for (const author of [2n, 3n, 4n, 5n]) one.world.befriend(VIEWER, author);
      for (const { author, agoMs, burst } of written) {
        for (let i = 0; i < burst; i++)
          one.world.post(author, NOW_MS - agoMs, 100 * Number(author) + i);
      }
      const naive = one.world.naive(VIEWER, firstPostIdAt(NOW_MS - YEARS_MS));
      expect(await scroll(one, limit)).toEqual(naive);
    },
  );
  await fc.assert(run, { numRuns: 200 });
});

it("reads ten pages at once, and the next ten before they are asked for", async () => {
  const one = start();
  one.world.befriend(VIEWER, 2n);
  for (let i = 0; i < 1_000; i++) one.world.post(2n, NOW_MS - DAY_MS - i * 60_000, 0);
  const seen: number[] = [];
  let before: bigint = firstPostIdAt(NOW_MS - DAY_MS + 1);
  for (let i = 0; i < 10; i++) {
    before = (await one.page(before)).from;
    seen.push(one.slices.length);
  }
  expect(seen.slice(0, 6)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(seen.at(-1)).toBe(2);
});

it("gives nothing out of a slice that is not complete, and goes on with it", async () => {
  const one = start();
  for (let author = 2n; author < 600n; author++) one.world.befriend(VIEWER, author);
  const newest = one.world.post(599n, NOW_MS - DAY_MS);
  one.world.post(2n, NOW_MS - DAY_MS - 1);
  const last = Promise.withResolvers<void>();
  let calls = 0;
  one.posts.gate = () => (++calls === 3 ? last.promise : Promise.resolve());
  const before = firstPostIdAt(NOW_MS - 3_600_000);
  const reading = one.page(before);
  await one.clock.advance(LIMITS.waitMs);
  expect(await reading).toMatchObject({
    ids: [],
    from: before,
    missing: DegradedReason.COLD_SLOW,
  });
  last.resolve();
  const again = await one.page(before);
  expect(again.ids).toHaveLength(2);
  expect(again.ids[0]).toBe(newest);
  expect(one.slices).toHaveLength(1);
});

it("has the posts of new friends at once, and those of old ones no more", async () => {
  const one = start();
  one.world.befriend(VIEWER, 2n);
  const [old, other] = [2n, 3n].map((author) => one.world.post(author, NOW_MS - DAY_MS));
  const before = firstPostIdAt(NOW_MS - 3_600_000);
  expect((await one.page(before)).ids).toEqual([old]);
  expect((await one.page(before, 20, [2n, 3n])).ids).toEqual([other, old]);
  expect((await one.page(before, 20, [3n])).ids).toEqual([other]);
  expect(one.slices).toHaveLength(2);
});

it("hides what is deleted meanwhile, and reads again when an old post comes late", async () => {
  const one = start();
  one.world.befriend(VIEWER, 2n);
  const [gone, kept] = [1, 2].map((i) => one.world.post(2n, NOW_MS - DAY_MS - i));
  const before = firstPostIdAt(NOW_MS - 3_600_000);
  expect((await one.page(before)).ids).toEqual([gone, kept]);
  one.cold.heardOf(Uint32Array.of(lowHalf(gone), (highHalf(gone) | DELETED_BIT) >>> 0));
  expect((await one.page(before)).ids).toEqual([kept]);
  expect(one.slices).toHaveLength(1);
  const late = one.world.post(2n, NOW_MS - DAY_MS);
  one.cold.heardOf(Uint32Array.of(lowHalf(late), highHalf(late)));
  expect((await one.page(before)).ids).toEqual([late, kept]);
});

it("says that it is slow when too many wait, and that the posts are down when they are", async () => {
  const one = start();
  one.world.befriend(VIEWER, 2n);
  const before = firstPostIdAt(NOW_MS - 3_600_000);
  const gate = Promise.withResolvers<void>();
  one.posts.gate = () => gate.promise;
  const waiting = Array.from({ length: 5 }, (_, i) => one.page(before - BigInt(i)));
  await one.clock.advance(LIMITS.waitMs);
  const answers = await Promise.all(waiting);
  expect(new Set(answers.map(({ missing }) => missing))).toEqual(
    new Set([DegradedReason.COLD_SLOW]),
  );
  gate.resolve();
  await one.cold.close();
  const other = start();
  other.world.befriend(VIEWER, 2n);
  other.posts.isDown = true;
  expect(await other.page(before)).toMatchObject({
    missing: DegradedReason.POSTS_UNAVAILABLE,
    from: before,
  });
});
