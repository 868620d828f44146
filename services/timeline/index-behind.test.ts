import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { postIdOf, userIdOf } from "../model/ids.ts";
import { MAX_PAGE_ENTRIES } from "../model/limits.ts";
import { settledIntervals } from "../model/pulled/pulled-table.ts";
import { VIEWER } from "./testing/scrolled.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";
import { next, watch } from "./testing/watching.ts";
import { FakePostLog, World } from "./testing/world.ts";

const POPULAR = 2n;
const PLAIN = 3n;
const MINUTE_MS = 60_000;

/**
 * More than one page of pushed posts is newer than one that was seen, the oldest of them from before a friend was pulled;
 * the index, which alone has a pulled post among the newest, can't be read.
 */
async function behind() {
  const world = new World();
  for (const friend of [POPULAR, PLAIN]) world.befriend(VIEWER, friend);
  const postLog = new FakePostLog(world);
  postLog.isDown = true;
  const beganMs = Date.now() - 60 * MINUTE_MS;
  const seen = world.post(PLAIN, beganMs);
  const pulledFrom = postIdOf(world.post(PLAIN, beganMs + 20 * MINUTE_MS));
  const interval = { authorId: userIdOf(POPULAR), since: pulledFrom, until: undefined };
  const timeline = await startTimeline(
    { TIDINGS_TIMELINE_RING_ENTRIES: "800" },
    { world, postLog, intervals: settledIntervals([interval]) },
  );
  for (let minute = 10; minute < 20; minute++) world.post(PLAIN, beganMs + minute * MINUTE_MS);
  // So that a page ends among those of before.
  for (let i = 5; i < MAX_PAGE_ENTRIES; i++) world.post(PLAIN, beganMs + 30 * MINUTE_MS + i);
  await timeline.client.rebuildTimeline({ viewerId: VIEWER });
  world.post(POPULAR, beganMs + 30 * MINUTE_MS + 5);
  const from = { limit: 1, fromTimeMs: BigInt(Math.ceil(beganMs) + 1) };
  const { entries } = await timeline.client.getTimeline(pageOf(VIEWER, from));
  expect(entries.map(({ postId }) => postId)).toEqual([seen]);
  return { timeline, cursor: entries[0].cursor };
}

it("is named by all who read more than a page, though the last of it needs no index", async () => {
  const { timeline, cursor } = await behind();
  await using _ = timeline;
  const unread = await timeline.client.countUnread({ viewerId: VIEWER, sinceCursor: cursor });
  expect(unread.degraded).toEqual([DegradedReason.INDEX_BEHIND]);
  const stream = watch(timeline, cursor);
  expect((await next(stream)).degraded).toEqual([DegradedReason.INDEX_BEHIND]);
  await stream.return?.();
});

it("is named by a ranked page, whose order lacks what the index has", async () => {
  const { timeline } = await behind();
  await using _ = timeline;
  const page = await timeline.client.getTimeline(pageOf(VIEWER, { limit: 20, order: 2 }));
  expect(page.entries).toHaveLength(20);
  expect(page.degraded).toEqual([DegradedReason.INDEX_BEHIND]);
});
