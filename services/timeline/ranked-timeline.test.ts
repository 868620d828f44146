import { expect, it } from "vitest";
import { DegradedReason, GetTimelineResponse, TimelineOrder } from "#gen/timeline/v1/timeline.ts";
import { POST_EPOCH_MS } from "../model/ids.ts";
import { present } from "../model/invariant.ts";
import { pageOf, type StartedTimeline, startTimeline } from "./testing/start-timeline.ts";
import { appendOf } from "./testing/world.ts";

const VIEWER = 1n;
const START_MS = POST_EPOCH_MS + 1e10;
const order = TimelineOrder.RANKED;

async function populated(count: number, env: Record<string, string> = {}) {
  const timeline = await startTimeline(env);
  timeline.world.befriend(VIEWER, 2n);
  for (let i = 0; i < count; i++) timeline.world.post(2n, START_MS + i);
  return timeline;
}

/** All ids of a ranked scroll; `between` runs after each page. */
async function scroll(timeline: StartedTimeline, limit: number, between = async () => {}) {
  const ids: bigint[] = [];
  let pageToken = "";
  do {
    const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit, pageToken, order }));
    expect(page.degraded).toEqual([]);
    ids.push(...page.entries.map(({ postId }) => postId));
    pageToken = page.nextPageToken;
    await between();
  } while (pageToken !== "");
  return ids;
}

it("shows up to 200 of the newest as ranked, then goes on by time", async () => {
  await using timeline = await populated(230);
  const naive = timeline.world.naive(VIEWER);
  const expected = [...naive.slice(0, 200).reverse(), ...naive.slice(200)];
  expect(await scroll(timeline, 50)).toEqual(expected);
  expect(timeline.ranker.asked).toHaveLength(1);
  expect(timeline.ranker.asked[0]).toHaveLength(200);
});

it("repeats nothing and misses nothing while entries arrive, are deleted, and friends go", async () => {
  await using timeline = await populated(100);
  const { world, store } = timeline;
  const naive = world.naive(VIEWER);
  let step = 0;
  const ids = await scroll(timeline, 9, async () => {
    world.post(2n, START_MS + 5 * step++, 9);
    await store.append(appendOf(present(world.posts.at(-1)), [VIEWER]));
  });
  expect(new Set(ids).size).toBe(ids.length);
  expect(naive.filter((id) => !ids.includes(id))).toEqual([]);
});

it("goes on with an order whose entries have left memory, or says what holds it up", async () => {
  await using timeline = await populated(10, { TIDINGS_TIMELINE_RING_ENTRIES: "10" });
  const { world, client, posts } = timeline;
  const naive = world.naive(VIEWER);
  const first = await client.getTimeline(pageOf(VIEWER, { limit: 3, order }));
  for (let i = 0; i < 10; i++) world.post(2n, START_MS + 1e6 + i);
  await client.deactivateTimelines({ viewerIds: [VIEWER] });
  await client.getTimeline(pageOf(VIEWER, { limit: 1 }));
  const { nextPageToken: pageToken } = first;
  posts.isDown = true;
  expect(await client.getTimeline(pageOf(VIEWER, { pageToken, order }))).toEqual({
    ...{ entries: [], nextPageToken: pageToken },
    degraded: [DegradedReason.POSTS_UNAVAILABLE],
  });
  posts.isDown = false;
  const second = await client.getTimeline(pageOf(VIEWER, { pageToken, limit: 200, order }));
  expect(second.degraded).toEqual([]);
  const shown = [...first.entries, ...second.entries].map(({ postId }) => postId);
  expect(shown).toEqual([...naive].reverse());
});

it("goes on behind the last entry of a ranked page by its cursor, and weighs little", async () => {
  await using timeline = await populated(30);
  const all = await scroll(timeline, 50);
  const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 20, order }));
  expect(page.entries.slice(0, -1).map(({ cursor }) => cursor)).toEqual(Array(19).fill(""));
  const pageToken = present(page.entries.at(-1)).cursor;
  const next = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 1, pageToken, order }));
  expect(next.entries[0].postId).toBe(all[20]);
  expect(GetTimelineResponse.encode(page).finish().length).toBeLessThan(2_000);
  expect(page.entries[0].reasons).toEqual(["old"]);
});

it("tells the ranker what it knows of the authors", async () => {
  await using timeline = await populated(1);
  const { client, world, ranker } = timeline;
  world.befriend(2n, 3n);
  world.befriend(VIEWER, 3n);
  await client.getTimeline(pageOf(2n));
  await client.getTimeline(pageOf(VIEWER));
  await client.getTimeline(pageOf(VIEWER, { order }));
  expect(ranker.asked[0][0]).toMatchObject({ authorId: 2n, commonFriendCount: 1 });
  expect(ranker.asked[0][0].recentReads).toBeCloseTo(1, 3);
});

it.each([
  ["drops an id", (ids: bigint[]) => ids.slice(1)],
  ["repeats an id", (ids: bigint[]) => [ids[0], ...ids.slice(0, -1)]],
  ["invents an id", (ids: bigint[]) => [12_345n, ...ids.slice(1)]],
  ["answers too much", (ids: bigint[]) => [...ids, ids[0]]],
])("is chronological when the ranker %s", async (_, lie) => {
  await using timeline = await populated(30);
  timeline.ranker.answer = async (all) =>
    lie(all.map(({ postId }) => postId)).map((postId) => ({ postId, reasons: [] }));
  const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 5, order }));
  expect(page.degraded).toEqual([DegradedReason.RANKING_UNAVAILABLE]);
  expect(page.entries.map(({ postId }) => postId)).toEqual(
    timeline.world.naive(VIEWER).slice(0, 5),
  );
  const { nextPageToken: pageToken } = page;
  const next = await timeline.client.getTimeline(pageOf(VIEWER, { pageToken, order }));
  expect(next.degraded).toEqual([]);
});

it.each([
  ["is down", () => Promise.reject(new Error("down"))],
  ["never answers", () => new Promise<never>(() => {})],
])("is chronological when the ranker %s", async (_, answer) => {
  await using timeline = await populated(5, { TIDINGS_TIMELINE_RANK_TIMEOUT: "5ms" });
  timeline.ranker.answer = answer;
  const page = await timeline.client.getTimeline(pageOf(VIEWER, { order }));
  expect(page.degraded).toEqual([DegradedReason.RANKING_UNAVAILABLE]);
  expect(page.entries).toHaveLength(5);
});
