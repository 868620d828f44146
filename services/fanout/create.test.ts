import { describe, expect, it } from "vitest";
import { Event } from "#gen/event/v1/event.ts";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { LocalEngine } from "../../test/support/engines/embedded-bus.ts";
import { until } from "../../test/support/until.ts";
import { MAX_ID } from "../model/ids.ts";
import { SHARD_COUNT, shardOf } from "../model/shards.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement, startGrpcServer } from "../platform/grpc/server/server.ts";
import { eventService } from "../platform/messaging/embedded/event-service.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { readFanoutConfig } from "./config.ts";
import { createFanoutService } from "./create.ts";

const log = createLogger("test", "silent");
const FRIENDS = Array.from({ length: 100 }, (_, i) => BigInt(i + 2));

function serve(implementations: readonly Implementation[]) {
  const limits = { defaultDeadlineMs: 5_000, drainMs: 200, metrics: createMetrics("test"), log };
  return startGrpcServer({ host: "127.0.0.1", port: 0, ...limits }, implementations);
}

function unused(): never {
  throw new Error("not called here");
}

/** The generated definition, no hot decoder: what arrives is what the schema says. */
function timelines(state: { address: string; other: string; received: Map<bigint, string> }) {
  return implement(TimelineServiceService, {
    getTimeline: unused,
    watchTimeline: unused,
    countUnread: unused,
    followTimeline: unused,
    rebuildTimeline: unused,
    listActiveViewers: unused,
    digestTimelines: unused,
    inspectTimeline: unused,
    locatePost: unused,
    deactivateTimelines: unused,
    notifyFriendChanges: unused,
    getShardMap: async () => {
      const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
      const owners = [state.address, state.other].map((address, half) => ({
        address,
        shards: shards.filter((shard) => shard % 2 === half),
      }));
      return { owners, version: 1n };
    },
    appendEntries: async ({ appends }) => {
      for (const { viewerIds } of appends) {
        for (const viewer of viewerIds) state.received.set(viewer, state.address);
      }
      return {
        appendedCount: appends.length,
        duplicateCount: 0,
        droppedCount: 0,
        deactivatedCount: 0,
      };
    },
  });
}

describe("the worker over gRPC", () => {
  it("takes a post from the embedded bus to the owners of its author's friends", async () => {
    const engine = await LocalEngine.create();
    const friend = implement(FriendServiceService, {
      addFriend: unused,
      batchAddFriends: unused,
      removeFriend: unused,
      signUp: unused,
      listUntoldChanges: unused,
      requestFriend: unused,
      declineFriend: unused,
      listFriendRequests: unused,
      blockUser: unused,
      unblockUser: unused,
      listBlocks: unused,
      batchCheckHidden: unused,
      listRelationsToErase: unused,
      eraseRelations: unused,
      batchCheckFriends: unused,
      listFriendsOfFriends: unused,
      countFriends: unused,
      listFriends: unused,
      setPulled: unused,
      pullPost: unused,
      listPulledIntervals: async function* () {
        yield { version: 0n, validThrough: MAX_ID, intervals: [] };
      },
      setPersonState: unused,
      batchListFriends: async ({ userIds }) => ({
        lists: userIds.map((userId) => ({ userId, friendCount: 100, friendIds: FRIENDS })),
      }),
    });
    await using mesh = new AsyncDisposableStack();
    mesh.defer(() => engine.close());
    const states = [0, 1].map(() => ({
      address: "",
      other: "",
      received: new Map<bigint, string>(),
    }));
    const [even, odd] = states;
    const servers = await Promise.all(states.map((state) => serve([timelines(state)])));
    const post = mesh.use(await serve([eventService(engine.bus), friend]));
    for (const server of servers) mesh.use(server);
    Object.assign(even, { address: servers[0].address, other: servers[1].address });
    Object.assign(odd, { address: servers[1].address, other: servers[0].address });
    const config = readFanoutConfig({
      TIDINGS_POST_ADDRESSES: post.address,
      TIDINGS_FRIEND_ADDRESSES: post.address,
      TIDINGS_TIMELINE_ADDRESSES: servers[0].address,
      TIDINGS_FANOUT_METRICS_PORT: "0",
    });
    const worker = await createFanoutService(config, { log });
    mesh.defer(() => worker.close());

    const value = { postId: 77n, authorId: 1n, createTimeMs: BigInt(Date.now()), deleted: false };
    const event = Event.encode({
      event: { $case: "post", value },
      requestId: "r",
      messageId: Buffer.alloc(0),
    }).finish();
    await engine.bus.publish("posts", [event]);
    await until(
      () =>
        engine.bus.queue("posts.fanout").depth.ready +
          engine.bus.queue("posts.fanout").depth.unsettled ===
        0,
    );

    const half = (parity: number) => FRIENDS.filter((id) => shardOf(id) % 2 === parity);
    expect([...even.received.keys()]).toEqual(half(0));
    expect([...odd.received.keys()]).toEqual(half(1));
    expect(half(0).length).toBeGreaterThan(0);
    const metrics = await fetch(`http://127.0.0.1:${worker.metricsPort}/metrics`);
    expect(await metrics.text()).toContain('tidings_fanout_entries_total{result="appended"');
  });
});
