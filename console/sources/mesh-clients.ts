import { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import { type GetShardMapResponse, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { openBus } from "../../services/fanout/adapters/open-bus.ts";
import { shardOf } from "../../services/model/shards.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import {
  type ConnectOptions,
  connect,
  createClient,
} from "../../services/platform/grpc/client/client.ts";
import { createShardRouter } from "../../services/platform/grpc/client/router.ts";
import type { EventBus } from "../../services/platform/messaging/bus.ts";
import type { ConsoleConfig } from "../config.ts";

export type TimelineClient = Client<typeof TimelineServiceService>;

/** The timeline processes, each asked for what it owns. */
export interface Timelines {
  shardMap(): Promise<GetShardMapResponse>;
  /** Viewers by the address of their owner; those without one by "". */
  byOwner(viewers: readonly bigint[]): Promise<ReadonlyMap<string, readonly bigint[]>>;
  at(owner: string): TimelineClient;
}

/** The services that the console asks. */
export interface MeshClients {
  readonly posts: Pick<Client<typeof PostServiceService>, "batchGetPosts">;
  readonly friends: Pick<Client<typeof FriendServiceService>, "listFriends">;
  readonly timelines: Timelines;
  readonly bus: EventBus;
  /** Those that run beside the mesh. */
  readonly erasures: Client<typeof ErasureServiceService> | undefined;
  readonly limits: Client<typeof RateLimitServiceService> | undefined;
}

type CallOptions = Pick<ConnectOptions, "log" | "metrics" | "credentials">;

const DEADLINE_MS = 5_000;
const INSPECT_DEADLINE_MS = 10_000;

/** Connects to them; closed with `parts`. */
export async function connectMesh(
  parts: AsyncDisposableStack,
  config: ConsoleConfig,
  options: CallOptions,
): Promise<MeshClients> {
  const calls = { ...options, defaultDeadlineMs: DEADLINE_MS };
  const open = (addresses: readonly string[], to: string) =>
    parts.adopt(connect(addresses, { ...calls, to }), (channel) => channel.close());
  const optional = (addresses: readonly string[], to: string) =>
    addresses.length === 0 ? undefined : open(addresses, to);
  const post = open(config.postAddresses, "post");
  const friend = open(config.friendAddresses, "friend");
  const engagement = optional(config.engagementAddresses, "engagement");
  const erasure = optional(config.erasureAddresses, "erasure");
  const ratelimit = optional(config.ratelimitAddresses, "ratelimit");
  const bus = parts.adopt(
    await openBus(config, { post, friend, engagement, erasure }, options.log),
    (one) => one.close(),
  );
  return {
    posts: createClient(PostServiceService, post),
    friends: createClient(FriendServiceService, friend),
    timelines: connectTimelines(parts, config.timelineAddresses, {
      ...options,
      defaultDeadlineMs: INSPECT_DEADLINE_MS,
      to: "timeline",
    }),
    bus,
    erasures: erasure && createClient(ErasureServiceService, erasure),
    limits: ratelimit && createClient(RateLimitServiceService, ratelimit),
  };
}

function connectTimelines(
  parts: AsyncDisposableStack,
  addresses: readonly string[],
  options: ConnectOptions,
): Timelines {
  const anyone = parts.adopt(connect(addresses, options), (channel) => channel.close());
  const shardMap = () => createClient(TimelineServiceService, anyone).getShardMap({});
  const router = parts.use(
    createShardRouter<TimelineClient>({
      lookup: shardMap,
      connect: (address) => {
        const channel = connect([address], options);
        return {
          client: createClient(TimelineServiceService, channel),
          close: () => channel.close(),
        };
      },
    }),
  );
  return {
    shardMap,
    byOwner: async (viewers) => {
      await router.refresh();
      return Map.groupBy(viewers, (viewer) => router.ownerOf(shardOf(viewer)) ?? "");
    },
    at: (owner) => router.clientAt(owner),
  };
}
