import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstPostIdAt, POST_EPOCH_MS, postIdOf } from "../../../services/model/ids.ts";
import { settledIntervals } from "../../../services/model/pulled/pulled-table.ts";
import type { EntryKey } from "../../../services/timeline/ports.ts";
import { MemoryEntryStore } from "../../../services/timeline/testing/memory-entry-store.ts";
import {
  pageOf,
  type StartedTimeline,
  startTimeline,
} from "../../../services/timeline/testing/start-timeline.ts";
import { appendOf, FakePostLog, World } from "../../../services/timeline/testing/world.ts";
import { checkOwner } from "./check-owner.ts";
import { readLogWindow } from "./read-log-window.ts";
import { isWell, ownerText, sumText } from "./report.ts";

const START_MS = POST_EPOCH_MS + 1e10;
const UNTIL = firstPostIdAt(START_MS + 1e6);
const VIEWERS = [1n, 2n, 3n, 4n, 5n];
const AUTHOR = 9n;

/** Everybody's friend has posted so often; all of it was pushed to complete timelines. */
async function start(posts: number, ringEntries = 20): Promise<StartedTimeline> {
  const world = new World();
  const overrides = { world, postLog: new FakePostLog(world) };
  const store = new MemoryEntryStore(ringEntries);
  const timeline = await startTimeline({}, { ...overrides, store });
  for (const viewer of VIEWERS) {
    world.befriend(viewer, AUTHOR);
    await timeline.client.getTimeline(pageOf(viewer));
  }
  await timeline.service.settle();
  for (let i = 0; i < posts; i++) await deliver(timeline, post(world, i), VIEWERS);
  await timeline.service.settle();
  return timeline;
}

function post(world: World, i: number): EntryKey {
  world.post(AUTHOR, START_MS + i);
  return world.posts[world.posts.length - 1];
}

async function deliver({ service }: StartedTimeline, entry: EntryKey, viewers: readonly bigint[]) {
  if (viewers.length > 0) await service.store.append(appendOf(entry, viewers));
}

async function check({ client, world, friends }: StartedTimeline, isRepair = false) {
  const log = await readLogWindow(new FakePostLog(world), postIdOf(1), UNTIL);
  const posts = [...log.posts].map(
    ([author, ids]) => [author, ids.filter((id) => !world.deleted.has(id))] as const,
  );
  const truth = { log: { ...log, posts: new Map(posts) }, until: UNTIL, friends };
  return await checkOwner(client, VIEWERS, { ...truth, table: settledIntervals().table }, isRepair);
}

describe("the check of an owner's timelines", () => {
  it("of what is well compares a digest, and reads nobody's timeline", async () => {
    await using timeline = await start(15);
    const found = await check(timeline);
    expect(found).toMatchObject({ viewers: 5, compared: 1, differing: 0, faulty: [] });
    expect(sumText([found])).toBe("lost 0, repeated 0, extra 0: 0 timelines wrong");
  });

  it("names what was never delivered, and repairs that timeline alone", async () => {
    await using timeline = await start(5);
    const lost = post(timeline.world, 5);
    await deliver(timeline, lost, [1n, 2n, 4n, 5n]);
    const found = await check(timeline);
    const faulty = { viewer: 3n, lost: [lost.postId], extra: [], repeated: [], isRepaired: false };
    expect(found).toMatchObject({ differing: 1, faulty: [faulty] });
    expect(isWell(found)).toBe(false);
    expect(ownerText("here:1", found)).toContain(`viewer 3: lost ${lost.postId} (2024-`);
    const repaired = await check(timeline, true);
    expect(repaired.faulty).toMatchObject([{ viewer: 3n, isRepaired: true }]);
    expect(isWell(repaired)).toBe(true);
    expect(await check(timeline)).toMatchObject({ differing: 0, faulty: [] });
  });

  it("calls nothing wrong that readers do not see", async () => {
    await using timeline = await start(5);
    timeline.world.unfriend(2n, AUTHOR);
    await timeline.client.notifyFriendChanges({
      changes: [{ viewerId: 2n, friendId: AUTHOR }],
    });
    expect(await check(timeline)).toMatchObject({ differing: 1, degraded: [], faulty: [] });
  });

  it("says of whom a source can tell nothing", async () => {
    await using timeline = await start(5);
    await timeline.client.deactivateTimelines({ viewerIds: [4n] });
    timeline.posts.isDown = true;
    const lost = post(timeline.world, 5);
    await deliver(timeline, lost, [1n, 2n, 3n, 5n]);
    const found = await check(timeline);
    expect(found.faulty).toEqual([]);
  });

  it("finds exactly the timelines that lack something, whatever it is", async () => {
    const misses = fc.array(fc.tuple(fc.nat(11), fc.subarray(VIEWERS)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(misses, async (missed) => {
        await using timeline = await start(0, 64);
        const lacking = new Set<bigint>();
        for (let i = 0; i < 12; i++) {
          const without = missed.flatMap(([at, viewers]) => (at === i ? viewers : []));
          for (const viewer of without) lacking.add(viewer);
          const reached = VIEWERS.filter((viewer) => !without.includes(viewer));
          await deliver(timeline, post(timeline.world, i), reached);
        }
        const { faulty } = await check(timeline);
        expect(faulty.map(({ viewer }) => viewer)).toEqual(VIEWERS.filter((v) => lacking.has(v)));
      }),
      { numRuns: 25 },
    );
  });
});

describe("the window of the post log", () => {
  it("has what was posted in it, from where the log is whole", async () => {
    const world = new World();
    for (let i = 0; i < 1_200; i++) post(world, i);
    const log = new FakePostLog(world);
    const since = firstPostIdAt(START_MS + 100);
    const window = await readLogWindow(log, since, firstPostIdAt(START_MS + 1_100));
    expect(window.since).toBe(since);
    expect(window.posts.get(AUTHOR)?.length).toBe(1_000);
    log.began = world.posts[500].postId;
    const later = await readLogWindow(log, since, firstPostIdAt(START_MS + 1_100));
    expect(later.since).toBe(log.began);
    expect(later.posts.get(AUTHOR)?.length).toBe(600);
  });
});
