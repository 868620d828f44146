import { expect, it } from "vitest";
import { EntrySource, TimelineState } from "#gen/timeline/v1/timeline.ts";
import { POST_EPOCH_MS } from "../../services/model/ids.ts";
import { shardOf } from "../../services/model/shards.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { pageOf, startTimeline } from "../../services/timeline/testing/start-timeline.ts";
import { FakePostLog, World } from "../../services/timeline/testing/world.ts";
import { inspectionText } from "./inspect.ts";
import { findOwners } from "./owners.ts";
import { rebuildOwned } from "./rebuild.ts";

const START_MS = POST_EPOCH_MS + 1e10;
const log = createLogger("test", "silent");

/** Viewers 1 to 5, friends of 9, who has posted 60 times; the log begins at the 21st. */
async function start() {
  const world = new World();
  const postLog = new FakePostLog(world);
  const timeline = await startTimeline({ TIDINGS_TIMELINE_RING_ENTRIES: "10" }, { world, postLog });
  for (let viewer = 1n; viewer <= 5n; viewer++) world.befriend(viewer, 9n);
  for (let i = 0; i < 60; i++) world.post(9n, START_MS + i);
  postLog.began = world.posts[20].postId;
  await timeline.service.settle();
  for (let viewer = 1n; viewer <= 5n; viewer++) await timeline.client.getTimeline(pageOf(viewer));
  await timeline.service.settle();
  return timeline;
}

it("says of a timeline what is known, and where each entry of a page comes from", async () => {
  await using timeline = await start();
  const found = await timeline.client.inspectTimeline({
    viewerId: 1n,
    limit: 60,
    pageToken: "",
    onlyIfActive: false,
  });
  expect(found.state).toBe(TimelineState.COMPLETE);
  expect(found.entryCount).toBe(10);
  expect(found.lastReadDay).toBe(Math.floor(Date.now() / 86_400_000));
  const { RING, INDEX, POSTS } = EntrySource;
  const expected = [...Array(10).fill(RING), ...Array(30).fill(INDEX), ...Array(20).fill(POSTS)];
  expect(found.entries.map(({ source }) => source)).toEqual(expected);
  const text = inspectionText(1n, "here:1", found);
  for (const word of ["complete", "recent index", "cold scroll", "the feed ends here"]) {
    expect(text).toContain(word);
  }
  const nobody = await timeline.client.inspectTimeline({
    viewerId: 7n,
    limit: 0,
    pageToken: "",
    onlyIfActive: false,
  });
  expect(nobody.state).toBe(TimelineState.INACTIVE);
  expect(inspectionText(7n, "here:1", nobody)).toContain("inactive");
});

it("rebuilds all active viewers of a process, of a shard, and from a place on", async () => {
  await using timeline = await start();
  using owners = await findOwners([timeline.service.grpc.address], log);
  const client = owners.at(owners.ofViewer(1n));
  const { world } = timeline;
  // Of a post that was never delivered, a rebuild brings the entry.
  const lost = world.post(9n, START_MS + 60);
  const shard = shardOf(3n);
  const places: bigint[] = [];
  const onProgress = ({ place }: { place: bigint }) => void places.push(place);
  const ofShard = await rebuildOwned(client, { shard, from: 0n, rate: 10_000, onProgress });
  expect(ofShard).toEqual({ rebuilt: 1, degraded: 0, moved: 0, place: 0n });
  const newest = async (viewer: bigint) =>
    (await client.getTimeline(pageOf(viewer, { limit: 1 }))).entries[0].postId;
  expect(await newest(3n)).toBe(lost);
  expect(await newest(4n)).toBe(world.posts[59].postId);
  const all = await rebuildOwned(client, { from: 0n, rate: 10_000 });
  expect(all.rebuilt).toBe(5);
  expect(await newest(4n)).toBe(lost);
  timeline.friends.isDown = true;
  expect(await rebuildOwned(client, { from: 0n, rate: 10_000 })).toMatchObject({ degraded: 5 });
});

it("refuses a place and a shard that there are not", async () => {
  await using timeline = await start();
  const { client } = timeline;
  for (const [request, field] of [
    [{ place: -1n, shard: undefined }, "place"],
    [{ place: 0n, shard: 4_096 }, "shard"],
  ] as const) {
    await expect(client.listActiveViewers(request)).rejects.toMatchObject({
      violations: [{ field }],
    });
  }
});
