import { expect, it } from "vitest";
import { POST_EPOCH_MS, userIdOf } from "../../../model/ids.ts";
import { settledIntervals } from "../../../model/pulled/pulled-table.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { notFound } from "../../../platform/grpc/errors/errors.ts";
import { MemoryEntryStore } from "../../testing/memory-entry-store.ts";
import { FakeFriends, FakePosts, World } from "../../testing/world.ts";
import { FriendSets } from "../friends/friend-sets.ts";
import { createEntryWindow } from "../page/entry-window.ts";
import { type FillLimits, Fills } from "./fills.ts";

const user = (id: number) => userIdOf(id);

function startFills(limits: Partial<FillLimits> = {}) {
  const world = new World();
  const clock = new ManualClock();
  const store = new MemoryEntryStore();
  const friends = new FakeFriends(world);
  const friendSets = new FriendSets(friends, 1_000_000);
  const posts = new FakePosts(world);
  const deps = {
    store,
    friendSets,
    posts,
    clock,
    intervals: settledIntervals(),
    ringEntries: 10,
    maxKeptFriends: 20_000,
  };
  const randoms: number[] = [];
  const fills = new Fills(
    { ...deps, random: () => randoms.shift() ?? 1 },
    {
      ...{ maxRunning: 1, maxQueued: 2, maxFailed: 2, firstRetryMs: 100, maxRetryMs: 1_000 },
      ...limits,
    },
  );
  return { world, clock, store, friends, posts, friendSets, fills, randoms };
}

/** Closes the gate of the friend service; the returned function opens it. */
function hold(friends: FakeFriends): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  friends.gate = () => promise;
  return resolve;
}

it("joins the fill in hand", async () => {
  const { fills, friends } = startFills();
  const outcomes = [fills.request(user(1), "first-page"), fills.request(user(1), "background")];
  expect(await Promise.all(outcomes)).toEqual([{ kind: "complete" }, { kind: "complete" }]);
  expect(friends.lists).toBe(1);
  await fills.close();
});

it("lets first pages go before the rest, and refuses what finds no room", async () => {
  const { fills, friends } = startFills();
  const open = hold(friends);
  const ended: string[] = [];
  const request = async (id: number, urgency: "first-page" | "background") => {
    const { kind } = await fills.request(user(id), urgency);
    ended.push(`${id} ${kind}`);
  };
  const running = request(1, "background");
  while (friends.lists === 0) await new Promise(setImmediate);
  const waiting = [request(2, "background"), request(3, "background"), request(4, "first-page")];
  const refused = request(5, "background");
  while (ended.length < 2) await new Promise(setImmediate);
  expect(fills.counts()).toMatchObject({ queued: 2, running: 1 });
  open();
  await Promise.all([running, refused, ...waiting]);
  expect(ended).toHaveLength(5);
  expect(ended.filter((line) => line.endsWith("refused"))).toHaveLength(2);
  expect(ended.slice(2, 4)).toEqual(["1 complete", "4 complete"]);
  await fills.close();
});

it("tries a failed fill again, not before its time, waiting longer each time", async () => {
  const { fills, friends, posts, store, clock, world } = startFills();
  world.befriend(1n, 2n);
  posts.isDown = true;
  expect(await fills.request(user(1), "first-page")).toEqual({ kind: "failed", source: "posts" });
  expect(await fills.request(user(1), "first-page")).toEqual({ kind: "failed", source: "posts" });
  expect(friends.lists).toBe(1);
  await clock.advance(100);
  await fills.settled();
  expect(friends.lists).toBe(2);
  await clock.advance(100);
  await fills.settled();
  expect(friends.lists).toBe(2);
  posts.isDown = false;
  await clock.advance(100);
  await fills.settled();
  expect(store.state(user(1)).kind).toBe("complete");
  expect(fills.counts().failed).toBe(0);
  await fills.close();
});

it("lets who waits for a page try again soon, however often others tried in vain", async () => {
  const { fills, friends, posts, clock, world } = startFills({ maxRetryMs: 1_000_000 });
  world.befriend(1n, 2n);
  posts.isDown = true;
  await fills.request(user(1), "first-page");
  for (let tries = 0; tries < 100; tries++) {
    await clock.advance(100);
    await fills.settled();
  }
  const triesAlone = friends.lists;
  expect(triesAlone).toBeLessThan(10);
  posts.isDown = false;
  await clock.advance(2_000);
  await fills.settled();
  expect(friends.lists).toBe(triesAlone);
  expect(await fills.request(user(1), "first-page")).toEqual({ kind: "complete" });
  await fills.close();
});

it("forgets failures beyond its bound: the next read starts afresh", async () => {
  const { fills, friends } = startFills({ maxFailed: 1 });
  friends.isDown = true;
  await fills.request(user(1), "first-page");
  await fills.request(user(2), "first-page");
  expect(fills.counts().failed).toBe(1);
  await fills.request(user(2), "first-page");
  expect(friends.lists).toBe(3);
  await fills.close();
});

it("writes nothing more once its timeline has lapsed", async () => {
  const { fills, friends, store } = startFills();
  const open = hold(friends);
  const cancelled = fills.request(user(1), "first-page");
  while (friends.lists === 0) await new Promise(setImmediate);
  expect(await fills.lapse([user(1)])).toBe(1);
  open();
  expect(await cancelled).toEqual({ kind: "cancelled" });
  expect(store.state(user(1)).kind).toBe("inactive");
  expect(await fills.request(user(1), "first-page")).toEqual({ kind: "complete" });
  await fills.close();
});

it("leaves nothing behind of a person whom the graph does not know", async () => {
  const { fills, friends, store } = startFills();
  friends.list = async () => {
    throw notFound("user", 1n);
  };
  expect(await fills.request(user(1), "first-page")).toEqual({ kind: "unknown-viewer" });
  expect(store.state(user(1)).kind).toBe("inactive");
  await fills.close();
});

it("refuses at once what is beyond its bound, of ten thousand that come together", async () => {
  const { fills, friends } = startFills({ maxRunning: 8, maxQueued: 2_000 });
  const open = hold(friends);
  const all = Array.from({ length: 10_000 }, (_, i) => fills.request(user(i + 1), "first-page"));
  expect(fills.counts()).toMatchObject({ running: 8, queued: 2_000 });
  open();
  const kinds = (await Promise.all(all)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "complete")).toHaveLength(2_008);
  expect(kinds.filter((kind) => kind === "refused")).toHaveLength(7_992);
  await fills.close();
});

it("moves a fill up when somebody comes to wait for it", async () => {
  const { fills, friends } = startFills({ maxQueued: 10 });
  const open = hold(friends);
  const ended: number[] = [];
  const request = (id: number, urgency: "first-page" | "background") =>
    fills.request(user(id), urgency).then(() => ended.push(id));
  const all = [request(1, "background"), request(2, "background"), request(3, "background")];
  all.push(fills.request(user(3), "first-page").then(() => 0));
  open();
  await Promise.all(all);
  expect(ended).toEqual([1, 3, 2]);
  expect(fills.counts()).toMatchObject({ queued: 0, running: 0 });
  await fills.close();
});

it("spreads what failed together", async () => {
  const { fills, posts, clock, world, randoms } = startFills({ maxFailed: 4, maxRunning: 4 });
  for (const viewer of [1n, 3n]) world.befriend(viewer, 2n);
  posts.isDown = true;
  randoms.push(0, 1);
  await Promise.all([1, 3].map((id) => fills.request(user(id), "first-page")));
  expect(posts.calls).toBe(2);
  await clock.advance(50);
  await fills.settled();
  expect(posts.calls).toBe(3);
  await clock.advance(50);
  await fills.settled();
  expect(posts.calls).toBe(4);
  await fills.close();
});

it("begins anew for who was served elsewhere meanwhile, with the friends of then", async () => {
  const { fills, world, posts, store } = startFills();
  const [viewer, friend, newFriend] = [1, 2, 3].map(user);
  world.befriend(viewer, friend);
  for (const author of [friend, newFriend]) world.post(author, POST_EPOCH_MS + 1);
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  posts.gate = () => {
    asked.resolve();
    return answered.promise;
  };
  const first = fills.request(viewer, "first-page");
  await asked.promise;
  fills.cancelWhere((one) => one === viewer);
  world.befriend(viewer, newFriend);
  const second = fills.request(viewer, "first-page");
  answered.resolve();
  expect([await first, await second]).toEqual([{ kind: "cancelled" }, { kind: "complete" }]);
  const window = createEntryWindow(10);
  store.read(viewer, 0n, window);
  expect(window.count).toBe(2);
  await fills.close();
});
