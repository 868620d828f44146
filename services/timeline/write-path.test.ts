import { pino } from "pino";
import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { POST_EPOCH_MS } from "../model/ids.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";

const VIEWER = 1n;
const OTHER = 5n;
const START_MS = POST_EPOCH_MS + 1e10;

const append = (postId: bigint, viewerIds: bigint[], createTimeMs = 0n) => ({
  ...{ postId, authorId: 2n, deleted: false, viewerIds, createTimeMs, requestId: "r-1" },
});

it("appends to who is active, once, and counts the rest", async () => {
  await using timeline = await startTimeline();
  const { client, world } = timeline;
  world.befriend(VIEWER, 2n);
  await client.getTimeline(pageOf(VIEWER));
  const id = world.post(2n, START_MS);
  const request = { appends: [append(id, [VIEWER, OTHER])] };
  const counts = { duplicateCount: 0, deactivatedCount: 0 };
  const first = await client.appendEntries(request);
  expect(first).toEqual({ ...counts, appendedCount: 1, droppedCount: 1 });
  const again = await client.appendEntries(request);
  expect(again).toEqual({ ...counts, appendedCount: 0, duplicateCount: 1, droppedCount: 1 });
  const page = await client.getTimeline(pageOf(VIEWER));
  expect(page.entries.map(({ postId }) => postId)).toEqual([id]);
});

it("says of each post that was appended what it was, each key once", async () => {
  const lines: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
  await using timeline = await startTimeline({}, { log });
  const id = timeline.world.post(2n, START_MS);
  await timeline.client.appendEntries({ appends: [append(id, [VIEWER, OTHER])] });
  const [line = "", ...others] = lines.filter((one) => one.includes('"msg":"appended"'));
  expect(others).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({ postId: String(id), requestId: "r-1", viewerCount: 2 });
  const keys = [...line.matchAll(/"([a-zA-Z_]+)":/g)].map(([, key]) => key);
  expect(keys).toEqual([...new Set(keys)]);
});

it("measures the lag once a post", async () => {
  await using timeline = await startTimeline();
  const id = timeline.world.post(2n, START_MS);
  const acknowledged = BigInt(Date.now() - 2_000);
  await timeline.client.appendEntries({ appends: [append(id, [VIEWER, OTHER], acknowledged)] });
  const text = await (await fetch(timeline.metricsUrl)).text();
  expect(text).toMatch(/tidings_lag_seconds_count\{[^}]*\} 1\n/);
  expect(text).toMatch(/tidings_timeline_fills_queued\{[^}]*\} 0\n/);
});

it("names the field of a wrong append", async () => {
  await using timeline = await startTimeline();
  const bad = timeline.client.appendEntries({ appends: [append(7n, [0n])] });
  await expect(bad).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    violations: [{ field: "appends[0].viewer_ids" }],
  });
});

it("rebuilds from the truth, and answers once that is durable", async () => {
  await using timeline = await startTimeline();
  const { client, world, store } = timeline;
  world.befriend(VIEWER, 2n);
  for (let i = 0; i < 300; i++) world.post(2n, START_MS + i);
  await store.activate(VIEWER as never);
  await store.addEntries(VIEWER as never, world.posts.slice(0, 3));
  await store.complete(VIEWER as never, 0n as never);
  const rebuilt = await client.rebuildTimeline({ viewerId: VIEWER });
  expect(rebuilt).toEqual({ entryCount: 300, degraded: [] });
  timeline.posts.isDown = true;
  const failed = await client.rebuildTimeline({ viewerId: VIEWER });
  // It is served as it is meanwhile.
  expect(failed).toEqual({ entryCount: 300, degraded: [DegradedReason.POSTS_UNAVAILABLE] });
  timeline.posts.isDown = false;
  world.deleted.add(world.posts[0].postId);
  await client.rebuildTimeline({ viewerId: VIEWER });
  const { entries } = await client.getTimeline(
    pageOf(VIEWER, { limit: 200, fromTimeMs: BigInt(START_MS + 100) }),
  );
  expect(entries).toHaveLength(99);
});

it("deactivates, and the next read fills again", async () => {
  await using timeline = await startTimeline();
  const { client, world } = timeline;
  world.befriend(VIEWER, 2n);
  world.post(2n, START_MS);
  await client.getTimeline(pageOf(VIEWER));
  const answer = await client.deactivateTimelines({ viewerIds: [VIEWER, OTHER] });
  expect(answer).toEqual({ deactivatedCount: 1 });
  const page = await client.getTimeline(pageOf(VIEWER));
  expect(page.entries).toHaveLength(1);
  expect(timeline.friends.lists).toBe(2);
});

it("ignores friend events of the inactive, and fails while the graph does not answer", async () => {
  await using timeline = await startTimeline();
  const { client, friends } = timeline;
  friends.isDown = true;
  const request = { changes: [{ viewerId: VIEWER, friendId: 2n }] };
  expect(await client.notifyFriendChanges(request)).toEqual({});
  friends.isDown = false;
  await client.getTimeline(pageOf(VIEWER));
  friends.isDown = true;
  await expect(client.notifyFriendChanges(request)).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
