/**
 * Friend changes between the friend service and the timeline, with nobody who delivers their events: what was
 * answered is on pages all the same.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { TELL_MS } from "../../../services/friend/adapters/timeline-owners.ts";
import { readFriendConfig } from "../../../services/friend/config.ts";
import { createFriendService } from "../../../services/friend/create.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import {
  type Channel,
  connect,
  createClient,
} from "../../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../../services/platform/grpc/testing/patient.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { valueIn } from "../../../services/platform/telemetry/read-exposition.ts";
import { createFriendSource } from "../../../services/timeline/adapters/grpc/friend-source.ts";
import { START_MS } from "../../../services/timeline/testing/scrolled.ts";
import { pageOf, startTimeline } from "../../../services/timeline/testing/start-timeline.ts";
import { FakePostLog, World } from "../../../services/timeline/testing/world.ts";

const log = createLogger("friend-test", "silent");
const CALL_MS = 60_000;
/** An owner that is there is told, however busy it is. */
const clock: Clock = {
  ...systemClock,
  delay: (ms, signal) => systemClock.delay(ms === TELL_MS ? CALL_MS : ms, signal),
};
const [ANNA, BEN] = [1n, 2n];

/** A timeline service whose friends are those of a friend service, which tells it of changes. */
async function startBoth() {
  await using starting = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "tidings-told-"));
  starting.defer(() => rm(dataDir, { recursive: true }));
  const world = new World();
  const asked = Promise.withResolvers<Channel>();
  const source = asked.promise.then((channel) => createFriendSource(channel, CALL_MS));
  const timeline = starting.use(
    await startTimeline(
      {},
      {
        ...{ world, postLog: new FakePostLog(world) },
        friends: {
          list: async (viewer) => (await source).list(viewer),
          check: async (viewer, others) => (await source).check(viewer, others),
          untold: async (sinceMs) => (await source).untold(sinceMs),
        },
      },
    ),
  );
  const config = readFriendConfig({
    TIDINGS_FRIEND_PORT: "0",
    TIDINGS_FRIEND_METRICS_PORT: "0",
    TIDINGS_DATA_DIR: dataDir,
    TIDINGS_TIMELINE_ADDRESSES: timeline.service.grpc.address,
  });
  const service = starting.adopt(await createFriendService(config, { log, clock }), (one) =>
    one.close(),
  );
  const channel = starting.adopt(connect(service.grpc.address, PATIENT), (one) => one.close());
  asked.resolve(channel);
  for (const author of [ANNA, BEN]) for (let i = 0; i < 5; i++) world.post(author, START_MS + i);
  await timeline.service.settle();
  const shown = async (viewer: bigint) => {
    const { entries, degraded } = await timeline.client.getTimeline(pageOf(viewer));
    expect(degraded).toEqual([]);
    return entries.map(({ postId }) => postId);
  };
  const ofAuthor = (author: bigint) =>
    world.posts
      .filter(({ authorId }) => authorId === author)
      .map(({ postId }) => postId)
      .reverse();
  const friends = createClient(FriendServiceService, channel);
  const metricsUrl = `http://127.0.0.1:${service.metricsPort}/metrics`;
  const ending = starting.move();
  return {
    friends,
    shown,
    ofAuthor,
    timeline,
    metricsUrl,
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

it("shows a friend's posts to both from the answer on, and to neither from that of an end or a block on", async () => {
  await using both = await startBoth();
  const { friends, shown, ofAuthor } = both;
  const edge = { userId: ANNA, friendId: BEN };
  const areFriends = async () => {
    expect(await shown(ANNA)).toEqual(ofAuthor(BEN));
    expect(await shown(BEN)).toEqual(ofAuthor(ANNA));
  };
  const areStrangers = async () => {
    for (const one of [ANNA, BEN]) expect(await shown(one)).toEqual([]);
  };
  await areStrangers();
  await friends.addFriend(edge);
  await areFriends();
  await friends.removeFriend(edge);
  await areStrangers();
  for (const [userId, friendId] of [
    [ANNA, BEN],
    [BEN, ANNA],
  ])
    await friends.requestFriend({ userId, friendId });
  await areFriends();
  await friends.blockUser({ userId: BEN, blockedId: ANNA });
  await areStrangers();
});

it("answers when no timeline can be told, and counts it", async () => {
  await using both = await startBoth();
  await both.timeline.service.close();
  const untold = async () => {
    const metrics = await (await fetch(both.metricsUrl)).text();
    return valueIn(metrics, "tidings_friend_untold_changes_total");
  };
  expect(await untold()).toBe(0);
  expect(await both.friends.addFriend({ userId: ANNA, friendId: BEN })).toEqual({ changed: true });
  expect(await untold()).toBe(1);
});
