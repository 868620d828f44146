import { expect, it } from "vitest";
import { DegradedReason, TimelineOrder } from "#gen/timeline/v1/timeline.ts";
import { valueIn } from "../platform/telemetry/read-exposition.ts";
import { populate, scroll, VIEWER } from "./testing/scrolled.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";
import { FakePostLog, World } from "./testing/world.ts";

it("goes on below the floor from the posts, without an index, to the end of the feed", async () => {
  await using timeline = await startTimeline({ TIDINGS_TIMELINE_RING_ENTRIES: "10" });
  populate(timeline, 60);
  const { world, metricsUrl } = timeline;
  expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
  expect(await scroll(timeline, 7, TimelineOrder.RANKED)).toHaveLength(world.naive(VIEWER).length);
  const metrics = await (await fetch(metricsUrl)).text();
  expect(valueIn(metrics, "tidings_timeline_cold_slices_total")).toBeGreaterThan(0);
});

it("says where it cannot go on: the same token, until the posts answer", async () => {
  await using timeline = await startTimeline({ TIDINGS_TIMELINE_RING_ENTRIES: "10" });
  populate(timeline, 20);
  const { client, world, posts } = timeline;
  const { nextPageToken: pageToken } = await client.getTimeline(pageOf(VIEWER, { limit: 10 }));
  posts.isDown = true;
  expect(await client.getTimeline(pageOf(VIEWER, { pageToken }))).toEqual({
    ...{ entries: [], nextPageToken: pageToken },
    degraded: [DegradedReason.POSTS_UNAVAILABLE],
  });
  posts.isDown = false;
  const below = await client.getTimeline(pageOf(VIEWER, { pageToken, limit: 200 }));
  expect(below.entries.map(({ postId }) => postId)).toEqual(world.naive(VIEWER).slice(10));
});

it("takes a token of another owner once its index is through all that that one showed", async () => {
  const world = new World();
  const env = { TIDINGS_TIMELINE_RING_ENTRIES: "10" };
  await using one = await startTimeline(env, { world, postLog: new FakePostLog(world) });
  const postLog = new FakePostLog(world);
  await using other = await startTimeline(env, { world, postLog });
  populate(one, 60);
  await one.service.settle();
  await other.service.settle();
  await scroll(other, 50);
  const { nextPageToken: pageToken } = await one.client.getTimeline(pageOf(VIEWER));
  postLog.isDown = true;
  const waiting = await other.client.getTimeline(pageOf(VIEWER, { pageToken }));
  expect(waiting).toEqual({
    ...{ entries: [], nextPageToken: pageToken },
    degraded: [DegradedReason.INDEX_BEHIND],
  });
  postLog.isDown = false;
  await other.service.settle();
  const page = await other.client.getTimeline(pageOf(VIEWER, { pageToken }));
  expect(page.entries.map(({ postId }) => postId)).toEqual(world.naive(VIEWER).slice(20, 40));
  expect(page.degraded).toEqual([]);
});

it("goes on below the index from the posts, where it is not complete", async () => {
  const world = new World();
  const postLog = new FakePostLog(world);
  const env = { TIDINGS_TIMELINE_RING_ENTRIES: "10" };
  await using timeline = await startTimeline(env, { world, postLog });
  populate(timeline, 20);
  const all = world.naive(VIEWER);
  postLog.began = all[24];
  await timeline.service.settle();
  await timeline.client.getTimeline(pageOf(VIEWER));
  await timeline.service.settle();
  const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 200 }));
  expect(page.entries.map(({ postId }) => postId)).toEqual(all.slice(0, 200));
  expect(page.degraded).toEqual([]);
});
