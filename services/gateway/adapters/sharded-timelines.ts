import { TimelineServiceService, type WatchTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { GAUGES } from "../../model/metrics.ts";
import { shardOf } from "../../model/shards.ts";
import { systemClock } from "../../platform/clock/system-clock.ts";
import type { CallOptions } from "../../platform/grpc/call.ts";
import {
  type Channel,
  type ConnectOptions,
  connect,
  createClient,
} from "../../platform/grpc/client/client.ts";
import { follow } from "../../platform/grpc/client/follow.ts";
import { createShardRouter, type ShardRouter } from "../../platform/grpc/client/router.ts";
import { whileMoving } from "../../platform/grpc/client/while-moving.ts";
import { unavailable } from "../../platform/grpc/errors/errors.ts";
import type { Timelines } from "../ports.ts";
import { PageFromAnyone } from "./page-from-anyone.ts";
import { type Opened, resumedWatch } from "./resumed-watch.ts";
import { StreamChannels } from "./stream-channels.ts";

const NEVER = new AbortController().signal;

export interface ConnectedTimelines extends Timelines, Disposable {
  /** To any timeline process: who is asked for the owners. */
  readonly anyone: Channel;
}

/** Timelines at the owners of their shards. `addresses`: any timeline processes, to ask for the owners. */
export function connectTimelines(
  addresses: readonly string[],
  options: ConnectOptions,
): ConnectedTimelines {
  const anyone = connect(addresses, options);
  const directory = createClient(TimelineServiceService, anyone);
  const watches = new Set<TimelineStreams>();
  options.metrics?.gauge(GAUGES.watchConnections, () =>
    watches.values().reduce((sum, { size }) => sum + size, 0),
  );
  const router = createShardRouter<Timelines>({
    lookup: () => directory.getShardMap({}),
    connect: (address) => connectOwner(address, options, watches),
    ...(options.clock && { clock: options.clock }),
  });
  const { clock = systemClock, random = Math.random } = options;
  const pages = new PageFromAnyone(clock);
  const reading = { clock, mayRepeat: true };
  return {
    anyone,
    getTimeline: (request, call) => {
      const shard = shardOf(request.viewerId);
      return whileMoving(router, shard, reading, () =>
        pages.ask({
          owner: router.ownerOf(shard),
          askOwner: () => router.call(shard, (owner) => owner.getTimeline(request, call)),
          askAnyone: () => directory.getTimeline(request, call),
        }),
      );
    },
    countUnread: (request, call) => {
      const shard = shardOf(request.viewerId);
      return whileMoving(router, shard, reading, () =>
        router.call(shard, (owner) => owner.countUnread(request, call)),
      );
    },
    watchTimeline: (request, call) =>
      resumedWatch(request, {
        open: (resumed) => openAtOwner(router, resumed, call),
        clock,
        random,
        signal: call?.signal ?? NEVER,
      }),
    [Symbol.dispose]: () => {
      router.close();
      anyone.close();
    },
  };
}

const followOn = (channel: Channel) =>
  follow(createClient(TimelineServiceService, channel).followTimeline);
type TimelineStreams = StreamChannels<ReturnType<typeof followOn>>;

function connectOwner(address: string, options: ConnectOptions, all: Set<TimelineStreams>) {
  const channel = connect(address, options);
  const { getTimeline, countUnread } = createClient(TimelineServiceService, channel);
  const watches = new StreamChannels(
    () => connect(address, { ...options, connections: 1 }),
    followOn,
  );
  all.add(watches);
  return {
    client: {
      getTimeline,
      countUnread,
      watchTimeline: (request: WatchTimelineRequest, call?: CallOptions) =>
        watches.stream(request.viewerId, (start) => start(request, call)),
    },
    close: () => {
      channel.close();
      watches.close();
      all.delete(watches);
    },
  };
}

/** The first message shows whether this is the owner: until then another one may be asked. */
function openAtOwner(
  router: ShardRouter<Timelines>,
  request: WatchTimelineRequest,
  call: CallOptions | undefined,
): Promise<Opened> {
  return router.call(shardOf(request.viewerId), async (owner) => {
    const messages = owner.watchTimeline(request, call)[Symbol.asyncIterator]();
    const first = await messages.next();
    if (first.done) throw unavailable("the stream ended before its first message");
    return { first, messages };
  });
}
