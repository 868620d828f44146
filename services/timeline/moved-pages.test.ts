import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { postIdOf, userIdOf } from "../model/ids.ts";
import { settledIntervals } from "../model/pulled/pulled-table.ts";
import { shardOf } from "../model/shards.ts";
import type { ShardMoves } from "./engines/engine.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";
import { FakePostLog, World } from "./testing/world.ts";

const [TAKEN, OURS] = [1n, 2n];
const POPULAR = 3n;

/** Two viewers of a popular author, whose posts only the index has. */
async function start() {
  const world = new World();
  for (const viewer of [TAKEN, OURS]) world.befriend(viewer, POPULAR);
  const authorId = userIdOf(POPULAR);
  const intervals = settledIntervals([{ authorId, since: postIdOf(1n), until: undefined }]);
  const postLog = new FakePostLog(world);
  const joined = Promise.withResolvers<ShardMoves>();
  const join = async (told: ShardMoves) => joined.resolve(told);
  const timeline = await startTimeline({}, { world, postLog, intervals, join });
  const page = async (viewer: bigint) => {
    const { entries, degraded } = await timeline.client.getTimeline(pageOf(viewer));
    return { ids: entries.map(({ postId }) => postId), degraded };
  };
  return { world, postLog, timeline, page, moves: await joined.promise };
}

it("says that it is behind to whose shard has just come, and to nobody else", async () => {
  const { world, postLog, timeline, page, moves } = await start();
  await using _ = timeline;
  const post = world.post(POPULAR, Date.now());
  for (const viewer of [TAKEN, OURS]) await page(viewer);
  await timeline.service.settle();
  expect(await page(TAKEN)).toEqual({ ids: [post], degraded: [] });
  postLog.isDown = true;
  moves.took([shardOf(TAKEN)]);
  moves.moved([shardOf(TAKEN)]);
  expect((await page(TAKEN)).degraded).toEqual([DegradedReason.INDEX_BEHIND]);
  expect(await page(OURS)).toEqual({ ids: [post], degraded: [] });
  postLog.isDown = false;
  await timeline.service.settle();
  expect(await page(TAKEN)).toEqual({ ids: [post], degraded: [] });
});

it("reads the friends again of whose shard has come or gone", async () => {
  const { timeline, page, moves } = await start();
  await using _ = timeline;
  for (const viewer of [TAKEN, OURS]) await page(viewer);
  await timeline.service.settle();
  const read = timeline.friends.lists;
  moves.moved([shardOf(TAKEN)]);
  for (const viewer of [OURS, TAKEN]) await page(viewer);
  expect(timeline.friends.lists).toBe(read + 1);
});
