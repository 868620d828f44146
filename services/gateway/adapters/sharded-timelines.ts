import {
  TimelineServiceService,
  type WatchTimelineRequest,
  type WatchTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import { shardOf } from "../../model/shards.ts";
import type { CallOptions } from "../../platform/grpc/call.ts";
import { type ConnectOptions, connect, createClient } from "../../platform/grpc/client/client.ts";
import { createShardRouter, type ShardRouter } from "../../platform/grpc/client/router.ts";
import type { Timelines } from "../ports.ts";
import { WatchChannels } from "./watch-channels.ts";

/** Timelines at the owners of their shards. `addresses`: any timeline processes, to ask for the owners. */
export function connectTimelines(
  addresses: readonly string[],
  options: ConnectOptions,
): Timelines & Disposable {
  const anyone = connect(addresses, options);
  const directory = createClient(TimelineServiceService, anyone);
  const router = createShardRouter<Timelines>({
    lookup: () => directory.getShardMap({}),
    connect: (address) => connectOwner(address, options),
    ...(options.clock && { clock: options.clock }),
  });
  return {
    getTimeline: (request, call) =>
      router.call(shardOf(request.viewerId), (owner) => owner.getTimeline(request, call)),
    watchTimeline: (request, call) => watchAtOwner(router, request, call),
    [Symbol.dispose]: () => {
      router.close();
      anyone.close();
    },
  };
}

function connectOwner(address: string, options: ConnectOptions) {
  const channel = connect(address, options);
  const { getTimeline } = createClient(TimelineServiceService, channel);
  const watches = new WatchChannels(() => connect(address, { ...options, connections: 1 }));
  return {
    client: {
      getTimeline,
      watchTimeline: (request: WatchTimelineRequest, call?: CallOptions) =>
        watches.watch(request, call),
    },
    close: () => {
      channel.close();
      watches.close();
    },
  };
}

/** The first message shows whether this is the owner: until then another one may be asked. */
async function* watchAtOwner(
  router: ShardRouter<Timelines>,
  request: WatchTimelineRequest,
  call: CallOptions | undefined,
): AsyncGenerator<WatchTimelineResponse> {
  const { first, messages } = await router.call(shardOf(request.viewerId), async (owner) => {
    const stream = owner.watchTimeline(request, call)[Symbol.asyncIterator]();
    return { first: await stream.next(), messages: stream };
  });
  try {
    for (let next = first; !next.done; next = await messages.next()) yield next.value;
  } finally {
    await messages.return?.();
  }
}
