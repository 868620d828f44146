import {
  type FollowTimelineRequest,
  type FollowTimelineResponse,
  TimelineServiceService,
} from "#gen/timeline/v1/timeline.ts";
import type { CallOptions } from "../../platform/grpc/call.ts";
import { type Channel, createClient } from "../../platform/grpc/client/client.ts";
import { follow } from "../../platform/grpc/client/follow.ts";
import { CONNECTION_AGED, DomainError } from "../../platform/grpc/errors/errors.ts";

type Follow = (
  request: FollowTimelineRequest,
  options?: CallOptions,
) => AsyncIterable<FollowTimelineResponse>;

interface WatchChannel {
  readonly channel: Channel;
  readonly follow: Follow;
  openCount: number;
  /** The server gives the connection up: what opens now goes elsewhere. */
  isAged: boolean;
}

/** Below the servers' limit of 100 calls on a connection: the next ones would wait without an error. */
const MAX_STREAMS_PER_CONNECTION = 90;
/** A viewer's streams travel in one group of connections: what breaks one leaves the others whole. */
const GROUPS = 8n;

/**
 * Connections to one owner for streams alone. Streams stay open for minutes, so they get connections
 * as they need them, and never take a place from the short calls.
 */
export class WatchChannels {
  readonly #connect: () => Channel;
  readonly #groups = Array.from({ length: Number(GROUPS) }, () => new Set<WatchChannel>());

  constructor(connect: () => Channel) {
    this.#connect = connect;
  }

  /** Connections open now. */
  get size(): number {
    return this.#groups.reduce((sum, group) => sum + group.size, 0);
  }

  async *watch(
    request: FollowTimelineRequest,
    options?: CallOptions,
  ): AsyncGenerator<FollowTimelineResponse> {
    const group = this.#groups[Number(request.viewerId % GROUPS)];
    const taken = this.#take(group);
    try {
      yield* taken.follow(request, options);
    } catch (error) {
      if (error instanceof DomainError && error.reason === CONNECTION_AGED) taken.isAged = true;
      throw error;
    } finally {
      release(group, taken);
    }
  }

  close(): void {
    for (const group of this.#groups) {
      for (const { channel } of group) channel.close();
      group.clear();
    }
  }

  #take(group: Set<WatchChannel>): WatchChannel {
    for (const one of group) {
      if (one.isAged || one.openCount >= MAX_STREAMS_PER_CONNECTION) continue;
      one.openCount++;
      return one;
    }
    const channel = this.#connect();
    const { followTimeline } = createClient(TimelineServiceService, channel);
    const added = { channel, follow: follow(followTimeline), openCount: 1, isAged: false };
    group.add(added);
    return added;
  }
}

function release(group: Set<WatchChannel>, one: WatchChannel): void {
  one.openCount--;
  if (one.openCount > 0 || !group.delete(one)) return;
  one.channel.close();
}
