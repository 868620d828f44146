import { afterEach, beforeEach, expect, it } from "vitest";
import { firstPostIdAt, userIdOf } from "../../../model/ids.ts";
import { shardOf } from "../../../model/shards.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { FakePostLog, World } from "../../testing/world.ts";
import { joinHalves } from "../halves.ts";
import { createEntryWindow } from "../page/entry-window.ts";
import { NewestFirst } from "./newest-first.ts";
import { RecentPosts } from "./recent-posts.ts";

const HOUR_MS = 3_600_000;
let clock: ManualClock;
let world: World;
let log: FakePostLog;
let recent: RecentPosts;
let failures = 0;

beforeEach(() => {
  clock = new ManualClock();
  world = new World();
  log = new FakePostLog(world);
  failures = 0;
  const onFailure = () => void failures++;
  recent = new RecentPosts(log, clock, { maxBytes: 2 ** 20, spanMs: 24 * HOUR_MS, onFailure });
});
afterEach(async () => {
  const closed = recent.close();
  await clock.advance(1);
  await closed;
});

/** What the index shows of these authors, newest first, down to what it claims. */
function shown(...authors: bigint[]): bigint[] {
  const window = createEntryWindow(1_000);
  const newest = new NewestFirst(recent.index, 1_000);
  newest.start(0n, recent.since, 1_000);
  newest.offer(pairsOf(authors));
  newest.finish(window);
  return Array.from({ length: window.count }, (_, i) =>
    joinHalves(window.postHigh[i], window.postLow[i]),
  );
}

/** Newest first. */
const idsOf = (author: bigint) =>
  world.posts
    .filter(({ authorId }) => authorId === author)
    .map(({ postId }) => postId as bigint)
    .sort((a, b) => (a > b ? -1 : 1));

/** In steps, so that what sleeps again is woken again. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) await clock.advance(Math.min(100, left));
}

it("reads what is there, then follows what comes", async () => {
  for (let i = 0; i < 1_500; i++) world.post(BigInt(1 + (i % 3)), clock.nowMs() + i);
  expect(recent.isUsable).toBe(false);
  recent.start();
  await recent.through();
  await pass(1_000);
  expect(shown(2n)).toEqual(idsOf(2n));
  expect(recent.since).toBe(1n);
  world.post(2n, clock.nowMs());
  // Nothing new was read of this generation yet: the next look finds it.
  await pass(1_000);
  expect(shown(2n)).toEqual(idsOf(2n));
});

it("knows when it has what was published before it was asked", async () => {
  recent.start();
  await recent.through();
  const late = world.post(2n, clock.nowMs());
  const through = recent.through();
  await pass(1_000);
  await through;
  expect(shown(2n)).toEqual([late]);
  expect(await recent.pendingRows()).toBe(0);
});

it("looks at the log when it is asked what it has not read, and so much later by itself", async () => {
  recent.start();
  await recent.through();
  await pass(1_000);
  let looks = 0;
  const heads = log.heads.bind(log);
  log.heads = () => {
    looks++;
    return heads();
  };
  for (let i = 0; i < 10; i++) {
    expect(await recent.pendingRows()).toBe(0);
    await pass(900);
  }
  expect(looks).toBe(10);
  const late = world.post(2n, clock.nowMs());
  expect(await recent.pendingRows()).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(shown(2n)).toEqual([late]);
});

it("goes on after the log was away, and tells how far it is behind meanwhile", async () => {
  recent.start();
  await recent.through();
  log.isDown = true;
  await pass(10_000);
  expect(failures).toBeGreaterThan(0);
  expect(recent.behindMs).toBeGreaterThan(8_000);
  const post = world.post(2n, clock.nowMs());
  log.isDown = false;
  await pass(2_000);
  expect(shown(2n)).toEqual([post]);
  expect(recent.behindMs).toBeLessThan(2_000);
});

it("asks again at the next poll, not at once, for a row that is known of and not given", async () => {
  recent.start();
  await recent.through();
  const post = world.post(2n, clock.nowMs());
  const after = log.after.bind(log);
  let asked = 0;
  log.after = async () => {
    if (++asked > 1_000) throw new Error("asked without end");
    return [];
  };
  await pass(2_000);
  expect(failures).toBe(0);
  log.after = after;
  await pass(2_000);
  expect(shown(2n)).toEqual([post]);
});

const [TAKEN, OURS] = [userIdOf(7n), userIdOf(8n)];

it("is behind for whose shards it took, until it has what is in the log by then, and for nobody else", async () => {
  recent.start();
  await recent.through();
  await pass(100);
  expect([recent.isBehind(TAKEN), recent.isBehind(OURS)]).toEqual([false, false]);
  const post = world.post(2n, clock.nowMs());
  log.isDown = true;
  recent.took([shardOf(TAKEN)]);
  await pass(2_000);
  expect([recent.isBehind(TAKEN), recent.isBehind(OURS)]).toEqual([true, false]);
  await pass(10_000);
  expect([recent.isBehind(TAKEN), recent.isBehind(OURS)]).toEqual([true, true]);
  log.isDown = false;
  await pass(2_000);
  expect([recent.isBehind(TAKEN), recent.isBehind(OURS)]).toEqual([false, false]);
  expect(shown(2n)).toEqual([post]);
});

it("does not take a look that was on its way for one at what the log has had since", async () => {
  recent.start();
  await recent.through();
  const asked = Promise.withResolvers<void>();
  const heads = log.heads.bind(log);
  log.heads = async () => {
    const seen = await heads();
    await asked.promise;
    log.heads = () => Promise.reject(new Error("away"));
    return seen;
  };
  const before = recent.through();
  await pass(100);
  world.post(2n, clock.nowMs());
  recent.took([shardOf(TAKEN)]);
  asked.resolve();
  await before;
  expect(recent.isBehind(TAKEN)).toBe(true);
});

it("waits again for a shard that was given away and taken again", async () => {
  recent.start();
  await recent.through();
  recent.took([shardOf(TAKEN)]);
  const heads = log.heads.bind(log);
  log.heads = async () => {
    const seen = await heads();
    // It comes back while the first look is on its way.
    recent.took([shardOf(TAKEN)]);
    log.heads = () => Promise.reject(new Error("away"));
    return seen;
  };
  await pass(500);
  expect(recent.isBehind(TAKEN)).toBe(true);
});

it("reaches no further back than it is told", async () => {
  for (let i = 48; i > 0; i--) {
    for (let n = 0; n < 40; n++) world.post(2n, clock.nowMs() - i * HOUR_MS + n, n);
  }
  recent.start();
  await recent.through();
  await pass(1_000);
  expect(recent.since).toBeLessThanOrEqual(firstPostIdAt(clock.nowMs() - 24 * HOUR_MS));
  expect(shown(2n)).toEqual(idsOf(2n).slice(0, recent.stats().posts));
  expect(recent.stats().posts).toBeLessThan(40 * 40);
});

it("catches up when it begins and when it took shards: it claims something then, or half a second is over", async () => {
  world.post(2n, clock.nowMs());
  recent.start();
  const begun = recent.catchingUp;
  expect(begun).toBeDefined();
  await begun;
  expect([recent.isUsable, recent.catchingUp]).toEqual([true, undefined]);
  log.isDown = true;
  recent.took([shardOf(TAKEN)]);
  await pass(400);
  expect(recent.catchingUp).toBeDefined();
  await pass(200);
  expect(recent.catchingUp).toBeUndefined();
});
