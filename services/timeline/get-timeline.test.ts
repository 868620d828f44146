import { expect, it } from "vitest";
import { DegradedReason, TimelineOrder } from "#gen/timeline/v1/timeline.ts";
import { postTimeMs } from "../model/ids.ts";
import { present } from "../model/invariant.ts";
import { shardOf } from "../model/shards.ts";
import { createStaticOwnership } from "./adapters/static/static-ownership.ts";
import { populate, START_MS, scroll, VIEWER } from "./testing/scrolled.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";
import { appendOf, FakePostLog, World } from "./testing/world.ts";

it("fills on the first read and scrolls to the end", async () => {
  await using timeline = await startTimeline();
  populate(timeline, 30);
  expect(await scroll(timeline, 7)).toEqual(timeline.world.naive(VIEWER));
  expect(timeline.friends.lists).toBe(1);
});

it("goes on below any entry's cursor, and starts at a time", async () => {
  await using timeline = await startTimeline();
  populate(timeline, 10);
  const all = timeline.world.naive(VIEWER);
  const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 5 }));
  expect(page.entries.map(({ postId }) => postId)).toEqual(all.slice(0, 5));
  for (const [i, { cursor }] of page.entries.entries()) {
    const next = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 1, pageToken: cursor }));
    expect(next.entries[0].postId).toBe(all[i + 1]);
  }
  const fromTimeMs = BigInt(START_MS + 4);
  const older = await timeline.client.getTimeline(pageOf(VIEWER, { fromTimeMs }));
  expect(older.entries.map(({ postId }) => postId)).toEqual(
    all.filter((id) => postTimeMs(id as never) < START_MS + 4),
  );
});

it.each([1, 2] as const)(
  "takes a token with its scroll's time, of the order %s, and refuses another",
  async (order) => {
    await using timeline = await startTimeline();
    populate(timeline, 10);
    const { client, world } = timeline;
    const fromTimeMs = BigInt(START_MS + 6);
    const asked = { limit: 5, order, fromTimeMs };
    const first = await client.getTimeline(pageOf(VIEWER, asked));
    const pageToken = first.nextPageToken;
    const second = await client.getTimeline(pageOf(VIEWER, { ...asked, pageToken }));
    const below = world.naive(VIEWER).filter((id) => postTimeMs(id as never) < START_MS + 6);
    const shown = [first, second].flatMap(({ entries }) => entries.map(({ postId }) => postId));
    expect(shown.toSorted()).toEqual(
      (order === 1 ? below.slice(0, 10) : below.slice(-10)).toSorted(),
    );
    const other = pageOf(VIEWER, { ...asked, pageToken, fromTimeMs: BigInt(START_MS + 1) });
    const field = { field: "page_token", description: expect.stringContaining("from_time") };
    await expect(client.getTimeline(other)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      violations: [field],
    });
  },
);

it("hides deleted entries and ended friendships, and ends the feed all the same", async () => {
  await using timeline = await startTimeline();
  populate(timeline, 10);
  const { world, store, client } = timeline;
  await scroll(timeline, 20);
  const gone = world.posts[0];
  world.deleted.add(gone.postId);
  await store.append(appendOf(gone, [VIEWER], true));
  world.unfriend(VIEWER, 3n);
  await client.notifyFriendChanges({ changes: [{ viewerId: VIEWER, friendId: 3n }] });
  expect(await scroll(timeline, 3)).toEqual(world.naive(VIEWER));
});

it("brings a new friend's posts, and the old entries of one who comes back", async () => {
  await using timeline = await startTimeline();
  populate(timeline, 10);
  const { world, client } = timeline;
  await scroll(timeline, 20);
  world.befriend(VIEWER, 4n);
  await client.notifyFriendChanges({ changes: [{ viewerId: VIEWER, friendId: 4n }] });
  expect(await scroll(timeline, 200)).toEqual(world.naive(VIEWER));
});

it.each([
  ["shows a new friend's posts while they are on their way into the ring", true],
  ["says that they are missing where there is no index", false],
])("%s", async (_, hasIndex) => {
  const world = new World();
  const postLog = hasIndex ? { postLog: new FakePostLog(world) } : {};
  await using timeline = await startTimeline({}, { world, ...postLog });
  populate(timeline, 10);
  await timeline.service.settle();
  await scroll(timeline, 20);
  await timeline.service.settle();
  const { client, store } = timeline;
  const [reached, durable] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  store.sync = () => {
    reached.resolve();
    return durable.promise;
  };
  world.befriend(VIEWER, 4n);
  const told = client.notifyFriendChanges({ changes: [{ viewerId: VIEWER, friendId: 4n }] });
  await reached.promise;
  if (hasIndex) expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
  else {
    const { degraded } = await client.getTimeline(pageOf(VIEWER));
    expect(degraded).toEqual([DegradedReason.INDEX_BEHIND]);
  }
  durable.resolve();
  await told;
  expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
});

it("answers at once while the fill is slow, and says so", async () => {
  await using timeline = await startTimeline({ TIDINGS_TIMELINE_PAGE_WAIT: "1ms" });
  populate(timeline, 3);
  const { promise, resolve } = Promise.withResolvers<void>();
  timeline.posts.gate = () => promise;
  const first = await timeline.client.getTimeline(pageOf(VIEWER));
  expect(first).toMatchObject({ entries: [], degraded: [DegradedReason.FILLING] });
  resolve();
  await timeline.service.settle();
  const pageToken = first.nextPageToken;
  const again = await timeline.client.getTimeline(pageOf(VIEWER, { pageToken }));
  expect(again.entries.map(({ postId }) => postId)).toEqual(timeline.world.naive(VIEWER));
});

it.each([
  ["friends", DegradedReason.FRIENDS_UNAVAILABLE],
  ["posts", DegradedReason.POSTS_UNAVAILABLE],
] as const)("stays filling while %s are down", async (source, reason) => {
  await using timeline = await startTimeline();
  populate(timeline, 3);
  timeline[source].isDown = true;
  const page = await timeline.client.getTimeline(pageOf(VIEWER));
  expect(page.degraded).toEqual([DegradedReason.FILLING, reason]);
  expect(page.nextPageToken).not.toBe("");
  expect(timeline.store.state(VIEWER as never).kind).toBe("filling");
});

it("shows every author when nobody knows the friends, and says so", async () => {
  await using timeline = await startTimeline();
  populate(timeline, 3);
  const { store, world, friends, client } = timeline;
  await store.activate(VIEWER as never);
  await store.addEntries(VIEWER as never, world.posts);
  await store.complete(VIEWER as never, 0n as never);
  friends.isDown = true;
  const page = await client.getTimeline(pageOf(VIEWER));
  expect(page.entries).toHaveLength(9);
  expect(page.degraded).toEqual([DegradedReason.FRIENDS_UNAVAILABLE]);
});

it("goes on below the floor from the recent index, to the end of the feed", async () => {
  const world = new World();
  const env = { TIDINGS_TIMELINE_RING_ENTRIES: "10" };
  await using timeline = await startTimeline(env, { world, postLog: new FakePostLog(world) });
  populate(timeline, 60);
  await timeline.service.settle();
  expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
  expect(await scroll(timeline, 7, TimelineOrder.RANKED)).toHaveLength(world.naive(VIEWER).length);
});

it("answers a first page from the index, before its fill has begun", async () => {
  const world = new World();
  await using timeline = await startTimeline({}, { world, postLog: new FakePostLog(world) });
  populate(timeline, 20);
  await timeline.service.settle();
  const activated = Promise.withResolvers<void>();
  timeline.store.sync = () => activated.promise;
  expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
  expect(timeline.store.state(VIEWER as never).kind).toBe("inactive");
  activated.resolve();
  await timeline.service.settle();
  expect(timeline.store.state(VIEWER as never).kind).toBe("complete");
  expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
});

it("shows what was pushed to a timeline that is being filled, though the index has not read it", async () => {
  const world = new World();
  const postLog = new FakePostLog(world);
  await using timeline = await startTimeline({}, { world, postLog });
  populate(timeline, 5);
  await timeline.service.settle();
  await timeline.store.activate(VIEWER as never);
  postLog.isDown = true;
  timeline.friends.gate = async () => {};
  const pushed = { postId: world.post(2n, START_MS + 100), authorId: 2n as never };
  await timeline.store.append(appendOf(pushed, [VIEWER]));
  const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 4 }));
  expect(page.entries.map(({ postId }) => postId)).toEqual(world.naive(VIEWER).slice(0, 4));
});

it("names what is wrong with a request", async () => {
  await using timeline = await startTimeline();
  populate(timeline, 3);
  const { client } = timeline;
  const wrong = (request: Parameters<typeof client.getTimeline>[0], field: string) =>
    expect(client.getTimeline(request)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      violations: [{ field }],
    });
  await wrong(pageOf(0n), "viewer_id");
  await wrong(pageOf(-5n), "viewer_id");
  await wrong(pageOf(VIEWER, { limit: 201 }), "limit");
  await wrong(pageOf(VIEWER, { limit: -1 }), "limit");
  await wrong(pageOf(VIEWER, { fromTimeMs: -1n }), "from_time_ms");
  await wrong(pageOf(VIEWER, { pageToken: "nonsense" }), "page_token");
  await wrong(pageOf(VIEWER, { order: 9 as 0 }), "order");
  const ranked = await client.getTimeline(
    pageOf(VIEWER, { limit: 1, order: TimelineOrder.RANKED }),
  );
  await wrong(pageOf(VIEWER, { pageToken: ranked.nextPageToken }), "page_token");
});

it("names the owner of a viewer who belongs elsewhere, and writes nothing", async () => {
  const addresses = "10.0.0.1:1,10.0.0.2:2";
  await using timeline = await startTimeline({ TIDINGS_TIMELINE_ADDRESSES: addresses });
  const { client, world } = timeline;
  const viewers = Array.from({ length: 50 }, (_, i) => BigInt(i + 1));
  const own = present(viewers.find((viewer) => shardOf(viewer) % 2 === 0));
  const foreign = present(viewers.find((viewer) => shardOf(viewer) % 2 === 1));
  const notOwner = { code: "UNAVAILABLE", reason: "NOT_OWNER", metadata: { owner: "10.0.0.2:2" } };
  await expect(client.getTimeline(pageOf(foreign))).rejects.toMatchObject(notOwner);
  await client.getTimeline(pageOf(own));
  const { postId, authorId } = { postId: world.post(9n, START_MS), authorId: 9n };
  const append = { postId, authorId, deleted: false, createTimeMs: 0n, requestId: "" };
  const request = { appends: [{ ...append, viewerIds: [own, foreign] }] };
  await expect(client.appendEntries(request)).rejects.toMatchObject(notOwner);
  expect(timeline.store.stats().entries).toBe(0);
  const map = await client.getShardMap({});
  expect(map.owners.map(({ address, shards }) => [address, shards.length])).toEqual([
    ["10.0.0.1:1", 2_048],
    ["10.0.0.2:2", 2_048],
  ]);
});

it("shows no shard map before it is known", async () => {
  const ownership = { ...createStaticOwnership(() => ["here:1"], 0), map: () => undefined };
  await using timeline = await startTimeline({}, { ownership });
  await expect(timeline.client.getShardMap({})).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
