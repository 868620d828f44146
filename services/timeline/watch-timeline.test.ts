import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { present } from "../model/invariant.ts";
import { pairsOf } from "../model/wire/id-pairs.ts";
import { START_MS, VIEWER } from "./testing/scrolled.ts";
import { pageOf, type StartedTimeline, startTimeline } from "./testing/start-timeline.ts";
import { idsOf, next, watch } from "./testing/watching.ts";
import { appendOf } from "./testing/world.ts";

async function populated(count: number, env: Record<string, string> = {}) {
  const timeline = await startTimeline(env);
  timeline.world.befriend(VIEWER, 2n);
  for (let i = 0; i < count; i++) timeline.world.post(2n, START_MS + 1_000 * i);
  return timeline;
}

/** A new post by `author`, appended to the viewer's timeline. */
async function append({ world, store }: StartedTimeline, author: bigint, atMs: number) {
  const id = world.post(author, atMs);
  await store.append(appendOf(present(world.posts.at(-1)), [VIEWER]));
  return id;
}

it("sends the newest page, then what becomes readable, of friends only", async () => {
  await using timeline = await populated(30);
  const stream = watch(timeline, "", 3);
  expect(idsOf(await next(stream))).toEqual(timeline.world.naive(VIEWER).slice(0, 3));
  await append(timeline, 9n, START_MS + 1e6);
  const own = await append(timeline, 2n, START_MS + 1e6 + 1);
  const message = await next(stream);
  expect(idsOf(message)).toEqual([own]);
  await stream.return?.();
});

it("puts entries that became readable together into one message", async () => {
  await using timeline = await populated(1);
  const stream = watch(timeline);
  await next(stream);
  const ids = [1, 2, 3].map((i) => timeline.world.post(2n, START_MS + 1e6 + i));
  const appends = timeline.world.posts
    .filter(({ postId }) => ids.includes(postId))
    .flatMap((post) => appendOf(post, [VIEWER]).appends);
  await timeline.store.append({ appends });
  expect(idsOf(await next(stream))).toEqual(ids);
  await stream.return?.();
});

it("leaves no gap between the page and the stream", async () => {
  await using timeline = await populated(3);
  const { friends, world } = timeline;
  const { promise, resolve } = Promise.withResolvers<void>();
  friends.gate = () => promise;
  const stream = watch(timeline);
  const first = next(stream);
  while (friends.lists === 0) await new Promise(setImmediate);
  const during = await append(timeline, 2n, START_MS + 1e6);
  resolve();
  const after = first.then(() => append(timeline, 2n, START_MS + 2e6));
  expect(idsOf(await first)).toContain(during);
  expect(idsOf(await next(stream))).toEqual([await after]);
  expect(world.naive(VIEWER)).toHaveLength(5);
  await stream.return?.();
});

it("resumes behind a cursor with all that is newer", async () => {
  await using timeline = await populated(300);
  const stream = watch(timeline);
  const { entries } = await next(stream);
  await stream.return?.();
  const missed = new Set<bigint>();
  for (let i = 0; i < 250; i++) missed.add(await append(timeline, 2n, START_MS + 400_000 + i));
  const resumed = watch(timeline, entries[0].cursor);
  const seen = new Set([...idsOf(await next(resumed)), ...idsOf(await next(resumed))]);
  expect(missed.difference(seen).size).toBe(0);
  // Two minutes of overlap at most, for entries that came late.
  expect(seen.size).toBeLessThanOrEqual(missed.size + 121);
  await resumed.return?.();
});

it("loses nothing when a stream that resumes breaks before its last message", async () => {
  await using timeline = await populated(1);
  const began = watch(timeline);
  const [first] = (await next(began)).entries;
  await began.return?.();
  const missed = new Set<bigint>();
  for (let i = 0; i < 450; i++) missed.add(await append(timeline, 2n, START_MS + 1_000 * i + 1));
  const broken = watch(timeline, first.cursor);
  const seen = [...(await next(broken)).entries, ...(await next(broken)).entries];
  await broken.return?.();
  const newest = seen.reduce((all, entry) => (entry.postId > all.postId ? entry : all));
  const resumed = watch(timeline, newest.cursor);
  const ids = new Set(seen.map(({ postId }) => postId));
  const last = await append(timeline, 2n, START_MS + 1e6);
  while (!ids.has(last)) for (const id of idsOf(await next(resumed))) ids.add(id);
  expect(missed.difference(ids).size).toBe(0);
  await resumed.return?.();
});

it("says when some of what is newer than the cursor is no longer held", async () => {
  await using timeline = await populated(5, { TIDINGS_TIMELINE_RING_ENTRIES: "10" });
  const stream = watch(timeline);
  const { entries } = await next(stream);
  await stream.return?.();
  for (let i = 0; i < 30; i++) await append(timeline, 2n, START_MS + 1e6 + i);
  await timeline.client.deactivateTimelines({ viewerIds: [VIEWER] });
  await timeline.client.getTimeline(pageOf(VIEWER));
  const resumed = watch(timeline, entries[0].cursor);
  expect((await next(resumed)).degraded).toEqual([DegradedReason.BELOW_FLOOR]);
  await resumed.return?.();
});

it("resumes with what came late, up to two minutes", async () => {
  await using timeline = await populated(300);
  const stream = watch(timeline);
  const { entries } = await next(stream);
  await stream.return?.();
  const late = await append(timeline, 2n, START_MS + 299_000 - 110_000 + 1);
  const resumed = watch(timeline, entries[0].cursor);
  expect(idsOf(await next(resumed))).toContain(late);
  await resumed.return?.();
});

it("resumes behind a post of the future with what came since", async () => {
  await using timeline = await populated(1);
  const future = timeline.world.post(2n, Date.now() + 3_600_000);
  const stream = watch(timeline);
  const { entries } = await next(stream);
  expect(entries[0].postId).toBe(future);
  await stream.return?.();
  const missed = await append(timeline, 2n, Date.now());
  const resumed = watch(timeline, entries[0].cursor);
  expect(idsOf(await next(resumed))).toEqual([future, missed]);
  await resumed.return?.();
});

it("goes on when the viewer was deactivated: it is told, and the timeline filled again", async () => {
  await using timeline = await populated(200);
  const stream = watch(timeline);
  await next(stream);
  // Never pushed; the fill may begin before the call below has its answer.
  const dropped = timeline.world.post(2n, START_MS + 1e6);
  await timeline.client.deactivateTimelines({ viewerIds: [VIEWER] });
  expect(await next(stream)).toEqual({ entries: [], degraded: [DegradedReason.FILLING] });
  const ids = idsOf(await next(stream));
  expect(ids).toContain(dropped);
  // Of what was seen before, no more than the overlap.
  expect(ids.length).toBeLessThanOrEqual(122);
  const after = await append(timeline, 2n, START_MS + 2e6);
  expect(idsOf(await next(stream))).toEqual([after]);
  await stream.return?.();
});

it("has a timeline filled though the fill was refused when it began", async () => {
  const narrow = { TIDINGS_TIMELINE_FILLS_RUNNING: "1", TIDINGS_TIMELINE_FILLS_QUEUED: "1" };
  const env = { TIDINGS_TIMELINE_PAGE_WAIT: "0", ...narrow };
  await using timeline = await startTimeline(env);
  const { world, posts, client } = timeline;
  for (const viewer of [VIEWER, 50n, 51n]) world.befriend(viewer, 2n);
  const id = world.post(2n, START_MS);
  const { promise, resolve } = Promise.withResolvers<void>();
  posts.gate = () => promise;
  for (const other of [50n, 51n]) await client.getTimeline(pageOf(other));
  const stream = watch(timeline);
  expect((await next(stream)).degraded).toContain(DegradedReason.FILLING);
  resolve();
  await timeline.service.settle();
  expect(idsOf(await next(stream))).toEqual([id]);
  await stream.return?.();
});

it("looks its friends up again when their set was evicted, and says when it cannot", async () => {
  await using timeline = await populated(1, { TIDINGS_TIMELINE_FRIEND_SET_MIB: "1" });
  const { friends, client } = timeline;
  const stream = watch(timeline);
  await next(stream);
  const list = friends.list.bind(friends);
  // All of the memory for friend sets.
  const crowd = pairsOf(Array.from({ length: 116_450 }, (_, i) => BigInt(i + 1_000)));
  friends.list = async (viewer) => (viewer < 100n ? list(viewer) : { friends: crowd, changed: [] });
  const evict = (other: bigint) => client.getTimeline(pageOf(other));
  await evict(100n);
  await append(timeline, 9n, START_MS + 1e6);
  const own = await append(timeline, 2n, START_MS + 1e6 + 1);
  expect(await next(stream)).toMatchObject({ entries: [{ postId: own }], degraded: [] });
  await evict(101n);
  friends.isDown = true;
  await append(timeline, 9n, START_MS + 2e6);
  expect((await next(stream)).degraded).toEqual([DegradedReason.FRIENDS_UNAVAILABLE]);
  await stream.return?.();
});

it("cuts off a consumer that is too slow, with its cursor", async () => {
  await using timeline = await populated(1, {
    TIDINGS_TIMELINE_WATCH_BUFFERED: "2",
    TIDINGS_TIMELINE_RING_ENTRIES: "8",
  });
  const stream = watch(timeline);
  const { entries } = await next(stream);
  const posts = Array.from({ length: 11 }, (_, i) => timeline.world.post(2n, START_MS + 1e6 + i));
  const appends = timeline.world.posts
    .filter(({ postId }) => posts.includes(postId))
    .flatMap((post) => appendOf(post, [VIEWER]).appends);
  await timeline.store.append({ appends });
  await expect(stream.next()).rejects.toMatchObject({
    code: "RESOURCE_EXHAUSTED",
    reason: "SLOW_CONSUMER",
    metadata: { cursor: entries[0].cursor },
  });
});

it("ends at its age", async () => {
  await using timeline = await populated(1, { TIDINGS_TIMELINE_WATCH_AGE: "20ms" });
  const stream = watch(timeline);
  await next(stream);
  expect(await stream.next()).toMatchObject({ done: true });
});

it("ends when the service closes", async () => {
  const timeline = await populated(1);
  const stream = watch(timeline);
  await next(stream);
  const end = stream.next();
  await timeline[Symbol.asyncDispose]();
  expect(await end).toMatchObject({ done: true });
});

it("refuses more streams than it may hold", async () => {
  await using timeline = await populated(1, { TIDINGS_TIMELINE_WATCHERS: "1" });
  const stream = watch(timeline);
  await next(stream);
  await expect(watch(timeline).next()).rejects.toMatchObject({ code: "RESOURCE_EXHAUSTED" });
  await stream.return?.();
});
