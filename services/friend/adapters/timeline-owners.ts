import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../model/ids.ts";
import { shardOf } from "../../model/shards.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { settleWithin } from "../../platform/concurrency/settle-within.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type ConnectOptions, connect, createClient } from "../../platform/grpc/client/client.ts";
import { createShardRouter } from "../../platform/grpc/client/router.ts";
import type { TimelineOwners } from "../ports.ts";

/** An owner that takes longer hears of it all the same, if it hears of anything. */
export const TELL_MS = 250;
const CALL_TIMEOUT_MS = 5_000;

export interface TimelineOwnersOptions {
  /** Any timeline processes: asked who owns what. */
  readonly addresses: readonly string[];
  readonly connect: ConnectOptions;
  readonly clock: Clock;
  /** Told of each change that an owner did not hear of in time. */
  readonly onUntold: () => void;
}

/** The owners of timelines, reached over gRPC; nothing is repeated. */
export function connectTimelineOwners({
  addresses,
  connect: options,
  clock,
  onUntold,
}: TimelineOwnersOptions): TimelineOwners & Disposable {
  const calls = { ...options, defaultDeadlineMs: CALL_TIMEOUT_MS, retry: "none" } as const;
  const anyone = connect(addresses, calls);
  const directory = createClient(TimelineServiceService, anyone);
  const router = createShardRouter<Client<typeof TimelineServiceService>>({
    lookup: () => directory.getShardMap({}),
    connect: (address) => {
      const channel = connect(address, calls);
      return {
        client: createClient(TimelineServiceService, channel),
        close: () => channel.close(),
      };
    },
    clock,
  });
  const tellOwner = (viewerId: UserId, friendId: UserId) =>
    router.call(shardOf(viewerId), (owner) =>
      owner.notifyFriendChanges({ changes: [{ viewerId, friendId }], answerAtOnce: true }),
    );
  return {
    tell: async (user, friend) => {
      const both = Promise.all([tellOwner(user, friend), tellOwner(friend, user)]);
      const isTold = (await settleWithin(both, TELL_MS, clock)).kind === "done";
      if (!isTold) onUntold();
      return isTold;
    },
    [Symbol.dispose]: () => {
      router.close();
      anyone.close();
    },
  };
}
