import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, createClient } from "../../platform/grpc/client/client.ts";

type Watch = Client<typeof TimelineServiceService>["watchTimeline"];

interface WatchChannel {
  readonly channel: Channel;
  readonly watch: Watch;
  openCount: number;
}

/** Below the servers' limit of 100 calls on a connection: the next ones would wait without an error. */
const MAX_STREAMS_PER_CONNECTION = 90;

/**
 * Connections to one owner for streams alone. Streams stay open for minutes, so they get connections
 * as they need them, and never take a place from the short calls.
 */
export class WatchChannels {
  readonly #connect: () => Channel;
  readonly #channels = new Set<WatchChannel>();

  constructor(connect: () => Channel) {
    this.#connect = connect;
  }

  async *watch(...[request, options]: Parameters<Watch>): ReturnType<Watch> {
    const channel = this.#take();
    try {
      yield* channel.watch(request, options);
    } finally {
      this.#release(channel);
    }
  }

  close(): void {
    for (const { channel } of this.#channels) channel.close();
    this.#channels.clear();
  }

  #take(): WatchChannel {
    for (const one of this.#channels) {
      if (one.openCount >= MAX_STREAMS_PER_CONNECTION) continue;
      one.openCount++;
      return one;
    }
    const channel = this.#connect();
    const { watchTimeline } = createClient(TimelineServiceService, channel);
    const added = { channel, watch: watchTimeline, openCount: 1 };
    this.#channels.add(added);
    return added;
  }

  #release(one: WatchChannel): void {
    one.openCount--;
    if (one.openCount > 0) return;
    this.#channels.delete(one);
    one.channel.close();
  }
}
