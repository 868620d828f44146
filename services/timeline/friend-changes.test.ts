import { expect, it } from "vitest";
import { DegradedReason, PostPlace } from "#gen/timeline/v1/timeline.ts";
import { until } from "../../test/support/until.ts";
import { userIdOf } from "../model/ids.ts";
import { populate, scroll, VIEWER } from "./testing/scrolled.ts";
import { pageOf, type StartedTimeline, startTimeline } from "./testing/start-timeline.ts";
import { FakePostLog, World } from "./testing/world.ts";

const NEW_FRIEND = 4n;
const OLD_FRIEND = 3n;

/** A timeline that was read, so that its owner has the friends in memory. */
async function startRead() {
  const world = new World();
  const timeline = await startTimeline({}, { world, postLog: new FakePostLog(world) });
  populate(timeline, 10);
  await timeline.service.settle();
  await scroll(timeline, 20);
  return timeline;
}

/** What the friend service says before it answers. */
function tellAtOnce({ client }: StartedTimeline, friendId: bigint) {
  const changes = [{ viewerId: VIEWER, friendId }];
  return client.notifyFriendChanges({ changes, answerAtOnce: true });
}

async function untilInRing({ world, client }: StartedTimeline, authorId: bigint) {
  const newest = world.posts.findLast((post) => post.authorId === authorId);
  const asked = { postId: newest?.postId ?? 0n, authorId, viewerIds: [VIEWER] };
  const located = () => client.locatePost(asked);
  await until(async () => (await located()).locations[0].place === PostPlace.RING);
}

it("has read the edge, or says that it has not, on each page after it was told", async () => {
  await using timeline = await startRead();
  const { world, friends } = timeline;
  const answered = Promise.withResolvers<void>();
  friends.gate = () => answered.promise;
  world.befriend(VIEWER, NEW_FRIEND);
  world.unfriend(VIEWER, OLD_FRIEND);
  await Promise.all([NEW_FRIEND, OLD_FRIEND].map((friend) => tellAtOnce(timeline, friend)));
  const page = scroll(timeline, 7);
  answered.resolve();
  expect(await page).toEqual(world.naive(VIEWER));
});

it("says that friends are not known while the edge cannot be read, and knows when it can", async () => {
  await using timeline = await startRead();
  const { world, friends, client } = timeline;
  friends.isDown = true;
  world.unfriend(VIEWER, OLD_FRIEND);
  await tellAtOnce(timeline, OLD_FRIEND);
  for (let page = 0; page < 3; page++) {
    const { degraded, entries } = await client.getTimeline(pageOf(VIEWER, { limit: 5 }));
    expect(degraded).toEqual([DegradedReason.FRIENDS_UNAVAILABLE]);
    expect(entries).toHaveLength(5);
  }
  friends.isDown = false;
  expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
});

it("says so of an event, too, whose edge cannot be read", async () => {
  await using timeline = await startRead();
  const { world, friends, client } = timeline;
  friends.isDown = true;
  world.befriend(VIEWER, NEW_FRIEND);
  const changes = [{ viewerId: VIEWER, friendId: NEW_FRIEND }];
  const told = client.notifyFriendChanges({ changes, answerAtOnce: false });
  await expect(told).rejects.toMatchObject({ code: "UNAVAILABLE" });
  const { degraded } = await client.getTimeline(pageOf(VIEWER));
  expect(degraded).toEqual([DegradedReason.FRIENDS_UNAVAILABLE]);
  friends.isDown = false;
  expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
});

it("reads what was told while the friends were being read, whatever that reading saw", async () => {
  const world = new World();
  await using timeline = await startTimeline({}, { world, postLog: new FakePostLog(world) });
  populate(timeline, 10);
  await timeline.service.settle();
  const { friends } = timeline;
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const list = friends.list.bind(friends);
  friends.list = async (viewer) => {
    const before = await list(viewer);
    asked.resolve();
    await answered.promise;
    return before;
  };
  const first = timeline.client.getTimeline(pageOf(VIEWER));
  await asked.promise;
  world.befriend(VIEWER, NEW_FRIEND);
  await tellAtOnce(timeline, NEW_FRIEND);
  answered.resolve();
  await first;
  expect(await scroll(timeline, 7)).toEqual(world.naive(VIEWER));
});

it("has the posts of a friend of whom its predecessor alone was told, or nobody, and brings them into the ring", async () => {
  await using before = await startRead();
  const { world, store } = before;
  world.befriend(VIEWER, NEW_FRIEND);
  const postLog = new FakePostLog(world);
  await using after = await startTimeline({}, { world, store, postLog });
  after.friends.changed = [userIdOf(NEW_FRIEND)];
  await after.service.settle();
  expect(await scroll(after, 7)).toEqual(world.naive(VIEWER));
  await untilInRing(after, NEW_FRIEND);
});

it("goes on by itself after it was told, so that the ring has the posts without an event", async () => {
  await using timeline = await startRead();
  timeline.world.befriend(VIEWER, NEW_FRIEND);
  await tellAtOnce(timeline, NEW_FRIEND);
  await untilInRing(timeline, NEW_FRIEND);
});

it.each([
  ["by time", 0],
  ["ranked", 2],
] as const)(
  "says, %s, that it lacks a new friend's posts until they are in the ring, where there is no index",
  async (_, order) => {
    const world = new World();
    await using timeline = await startTimeline({}, { world });
    populate(timeline, 10);
    await scroll(timeline, 20);
    const { client, posts } = timeline;
    const answered = Promise.withResolvers<void>();
    posts.gate = () => answered.promise;
    world.befriend(VIEWER, NEW_FRIEND);
    await tellAtOnce(timeline, NEW_FRIEND);
    const page = () => client.getTimeline(pageOf(VIEWER, { limit: 200, order }));
    expect((await page()).degraded).toContain(DegradedReason.INDEX_BEHIND);
    answered.resolve();
    await until(async () => (await page()).degraded.length === 0);
    const ids = (await page()).entries.map(({ postId }) => postId);
    expect(new Set(ids)).toEqual(new Set(world.naive(VIEWER)));
  },
);
