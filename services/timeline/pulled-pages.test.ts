import { expect, it } from "vitest";
import { type PostId, postIdOf, userIdOf } from "../model/ids.ts";
import {
  type AuthorInterval,
  EVERYONE,
  type PulledIntervals,
  PulledTable,
  settledIntervals,
} from "../model/pulled/pulled-table.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";
import { appendOf, FakePostLog, World } from "./testing/world.ts";

const VIEWER = 1n;
const POPULAR = 2n;
const PLAIN = 3n;

/** Intervals that a test may change. */
function changing(first: readonly AuthorInterval[] = []) {
  const held = { now: settledIntervals(first) };
  const intervals: PulledIntervals = {
    get table() {
      return held.now.table;
    },
    through: (post: PostId, ms: number) => held.now.through(post, ms),
  };
  return { held, intervals };
}

const opened = (author: bigint, since: bigint): AuthorInterval => ({
  authorId: author === EVERYONE ? EVERYONE : userIdOf(author),
  since: postIdOf(since),
  until: undefined,
});

/** Two friends; posts are in the log, and pushed unless the test leaves them out. */
async function start(first: readonly AuthorInterval[], env: Readonly<Record<string, string>> = {}) {
  const world = new World();
  for (const friend of [POPULAR, PLAIN]) world.befriend(VIEWER, friend);
  const { held, intervals } = changing(first);
  const postLog = new FakePostLog(world);
  const timeline = await startTimeline(env, { world, postLog, intervals });
  const nowMs = Date.now();
  const post = async (author: bigint, atMs: number, isPushed: boolean) => {
    const postId = world.post(author, nowMs + atMs);
    const append = appendOf({ postId, authorId: userIdOf(author) }, [VIEWER]);
    if (isPushed) await timeline.store.append(append);
    return postId;
  };
  const ids = async (order: 0 | 2 = 0) => {
    const { entries, degraded } = await timeline.client.getTimeline(pageOf(VIEWER, { order }));
    return { ids: entries.map(({ postId }) => postId), degraded };
  };
  return { world, held, timeline, post, ids };
}

it("finds a post that was given up, and takes it for pushed otherwise", async () => {
  const { timeline, held, post, ids } = await start([]);
  await using _ = timeline;
  await ids();
  const pushed = await post(POPULAR, -3, true);
  const lost = await post(POPULAR, -2, false);
  const newest = await post(PLAIN, -1, true);
  await timeline.service.settle();
  expect((await ids()).ids).toEqual([newest, pushed]);
  const until = postIdOf(lost + 1n);
  const one = { authorId: userIdOf(POPULAR), since: postIdOf(lost), until, isAlsoPushed: true };
  held.now = settledIntervals([one]);
  expect(await ids()).toEqual({ ids: [newest, lost, pushed], degraded: [] });
  const { table } = held.now;
  expect(table.deliveryOf(postIdOf(lost), POPULAR)).toBe("push");
});

it("merges what popular friends have posted into pages of either order", async () => {
  const { timeline, post, ids } = await start([opened(POPULAR, 1n)]);
  await using _ = timeline;
  await ids();
  await timeline.service.settle();
  const posts = [
    await post(PLAIN, 1, true),
    await post(POPULAR, 2, false),
    await post(PLAIN, 3, true),
  ];
  await timeline.service.settle();
  expect(await ids()).toEqual({ ids: posts.toReversed(), degraded: [] });
  // The fake ranker: the oldest first.
  expect((await ids(2)).ids).toEqual(posts);
});

it("finds a post of whom its copy of the table knows nothing yet, wherever it is, once", async () => {
  const { timeline, held, post, ids } = await start([]);
  await using _ = timeline;
  await ids();
  await timeline.service.settle();
  const pushed = await post(PLAIN, 1, true);
  held.now = {
    table: new PulledTable({ version: 0n, validThrough: pushed, intervals: [] }),
    through: async () => true,
  };
  const pulled = await post(POPULAR, 2, false);
  await timeline.service.settle();
  expect(await ids()).toEqual({ ids: [pulled, pushed], degraded: [] });
});

it("waits for the first reading of the table, for until then all posts of all friends would be read", async () => {
  const { timeline, held, post, ids } = await start([]);
  await using _ = timeline;
  await ids();
  await timeline.service.settle();
  const pushed = await post(PLAIN, 1, true);
  await post(POPULAR, 2, false);
  await timeline.service.settle();
  const { now } = held;
  const through = async (first: bigint) => {
    expect(first).toBe(1n);
    held.now = now;
    return true;
  };
  held.now = { table: PulledTable.UNREAD, through };
  expect(await ids()).toEqual({ ids: [pushed], degraded: [] });
  held.now = { table: PulledTable.UNREAD, through };
  expect(await ids(2)).toEqual({ ids: [pushed], degraded: [] });
});

it("keeps nothing of anybody while everybody is pulled", async () => {
  const { timeline, held, post, ids } = await start([opened(EVERYONE, 1n)]);
  await using _ = timeline;
  const posts = [await post(PLAIN, 1, false), await post(POPULAR, 2, false)];
  await timeline.service.settle();
  expect(await ids()).toEqual({ ids: posts.toReversed(), degraded: [] });
  await timeline.service.settle();
  expect(timeline.store.state(userIdOf(VIEWER)).kind).toBe("inactive");
  held.now = settledIntervals();
  await ids();
  await timeline.service.settle();
  expect(timeline.store.state(userIdOf(VIEWER)).kind).toBe("complete");
});

it("keeps nothing of who has very many friends", async () => {
  const { timeline, world, post, ids } = await start([], { TIDINGS_PULL_ONLY_FRIENDS: "2" });
  await using _ = timeline;
  world.befriend(VIEWER, 4n);
  const posts = [await post(PLAIN, 1, true), await post(POPULAR, 2, true)];
  await timeline.service.settle();
  expect(await ids()).toEqual({ ids: posts.toReversed(), degraded: [] });
  await timeline.service.settle();
  expect(timeline.store.state(userIdOf(VIEWER)).kind).toBe("inactive");
});

it("begins no fill for who has very many friends, however long they follow their timeline", async () => {
  const { timeline, world, post } = await start([], { TIDINGS_PULL_ONLY_FRIENDS: "2" });
  await using _ = timeline;
  world.befriend(VIEWER, 4n);
  await timeline.service.settle();
  const { store } = timeline;
  let begun = 0;
  const activate = store.activate.bind(store);
  store.activate = (viewer) => {
    begun++;
    return activate(viewer);
  };
  const request = { viewerId: VIEWER, limit: 5, resumeCursor: "" };
  const stream = timeline.client.watchTimeline(request)[Symbol.asyncIterator]();
  expect((await stream.next()).value).toMatchObject({ entries: [], degraded: [] });
  const postId = await post(POPULAR, 1, true);
  expect((await stream.next()).value).toMatchObject({ entries: [{ postId }], degraded: [] });
  await stream.return?.();
  expect(begun).toBe(0);
});

it("tells live streams of pulled posts as the index hears of them", async () => {
  for (const interval of [opened(POPULAR, 1n), opened(EVERYONE, 1n)]) {
    const { timeline, post } = await start([interval]);
    await using _ = timeline;
    await timeline.service.settle();
    const request = { viewerId: VIEWER, limit: 5, resumeCursor: "" };
    const stream = timeline.client.watchTimeline(request)[Symbol.asyncIterator]();
    await stream.next();
    const postId = await post(POPULAR, 1, false);
    for (;;) {
      const { value } = await stream.next();
      if (value.entries.length === 0) continue;
      expect(value.entries[0]).toMatchObject({ postId, authorId: POPULAR });
      break;
    }
    await stream.return?.();
  }
});
