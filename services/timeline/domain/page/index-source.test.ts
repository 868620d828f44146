import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { userIdOf } from "../../../model/ids.ts";
import { shardOf } from "../../../model/shards.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { FakePostLog, World } from "../../testing/world.ts";
import { FriendSet } from "../friends/friend-set.ts";
import { RecentPosts } from "../recent/recent-posts.ts";
import { IndexSource } from "./index-source.ts";
import { createVisibleWindow } from "./visible-window.ts";

const CAPACITY = 10;

it("shows what it has to who has nothing else, though it has not read the log for long", async () => {
  const clock = new ManualClock();
  const world = new World();
  world.post(2n, clock.nowMs());
  const recent = new RecentPosts(new FakePostLog(world), clock, {
    maxBytes: 64 << 20,
    spanMs: 1e6,
  });
  recent.start();
  while (!recent.isUsable) await clock.advance(100);
  const viewer = userIdOf(1);
  recent.took([shardOf(viewer)]);
  expect(recent.isBehind(viewer)).toBe(true);
  const stretch = {
    ...{ viewer, stop: 1n, limit: CAPACITY },
    friends: new FriendSet(pairsOf([2n])),
  };
  const read = (isAlone: boolean, before: bigint) => {
    const visible = createVisibleWindow(CAPACITY);
    const answer = new IndexSource(recent, CAPACITY, isAlone).read({ ...stretch, before }, visible);
    return { count: visible.count, end: answer.end, missing: answer.missing };
  };
  const missing = DegradedReason.INDEX_BEHIND;
  expect(read(true, 0n)).toEqual({ count: 1, end: "paused", missing });
  expect(read(false, 0n)).toMatchObject({ count: 0, missing });
  const [{ postId }] = world.posts;
  expect(read(true, postId + 1n)).toMatchObject({ count: 0, missing });
  await recent.close();
});
