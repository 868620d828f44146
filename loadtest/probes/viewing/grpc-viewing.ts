import { PostServiceService } from "#gen/post/v1/post.ts";
import { TimelineOrder, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { present } from "../../../services/model/invariant.ts";
import { MAX_PAGE_ENTRIES } from "../../../services/model/limits.ts";
import type { Client } from "../../../services/platform/grpc/call.ts";
import {
  type Channel,
  connect,
  createClient,
} from "../../../services/platform/grpc/client/client.ts";
import type { Credentials } from "../../../services/platform/grpc/credentials/credentials.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { Owners } from "./owners.ts";
import type { Viewing } from "./viewing.ts";

type TimelineClient = Client<typeof TimelineServiceService>;

export interface GrpcViewingOptions {
  /** host:port of each timeline process. */
  readonly timelineAddresses: readonly string[];
  /** Not given: posts are not looked up. */
  readonly postAddresses?: readonly string[];
  /** Index into timelineAddresses. */
  readonly ownerOf: (viewer: number) => number;
  /** In plaintext by default. */
  readonly credentials?: Credentials;
}

/** Below the servers' limit of 100 calls on a connection, above which a stream would wait without an error. */
const STREAMS_PER_CONNECTION = 80;
const TIMEOUT_MS = 2_000;

/** Over gRPC, with connections of its own: probes take no place from the load's calls. */
export function openGrpcViewing(options: GrpcViewingOptions): Viewing {
  const { timelineAddresses, postAddresses, ownerOf, credentials } = options;
  const log = createLogger("probe", "silent");
  const channels: Channel[] = [];
  const open = (to: string, addresses: string | readonly string[]) => {
    const channel = connect(addresses, {
      ...{ log, retry: "none", defaultDeadlineMs: TIMEOUT_MS },
      ...(credentials && { credentials }),
      to,
    });
    channels.push(channel);
    return channel;
  };
  const openTimeline = (address: string) =>
    createClient(TimelineServiceService, open("timeline", address));
  const owners = new Owners(timelineAddresses, ownerOf);
  const pages = new Map(timelineAddresses.map((address) => [address, openTimeline(address)]));
  const streams = new Map(
    timelineAddresses.map((address) => [address, new StreamClients(() => openTimeline(address))]),
  );
  const posts = postAddresses && createClient(PostServiceService, open("post", postAddresses));
  return {
    async *watch(viewer, resumeCursor, signal) {
      const address = owners.of(viewer);
      const { watchTimeline } = present(streams.get(address)).of(viewer);
      const request = { viewerId: BigInt(viewer), limit: MAX_PAGE_ENTRIES, resumeCursor };
      try {
        yield* watchTimeline(request, { signal });
      } catch (error) {
        owners.failed(viewer, address, error);
        throw error;
      }
    },
    async page(viewer, limit, pageToken) {
      const address = owners.of(viewer);
      const order = TimelineOrder.CHRONOLOGICAL;
      const request = { viewerId: BigInt(viewer), fromTimeMs: 0n, limit, pageToken, order };
      try {
        return await present(pages.get(address)).getTimeline(request);
      } catch (error) {
        owners.failed(viewer, address, error);
        throw error;
      }
    },
    posts: posts && (async (ids) => (await posts.batchGetPosts({ postIds: [...ids] })).results),
    close: () => {
      for (const channel of channels) channel.close();
    },
  };
}

/** The connections to one process: each viewer has a place on one of them, for good. */
class StreamClients {
  readonly #open: () => TimelineClient;
  readonly #clients: TimelineClient[] = [];
  readonly #places = new Map<number, number>();

  constructor(open: () => TimelineClient) {
    this.#open = open;
  }

  of(viewer: number): TimelineClient {
    const place = this.#places.get(viewer) ?? this.#places.size;
    this.#places.set(viewer, place);
    const connection = Math.floor(place / STREAMS_PER_CONNECTION);
    this.#clients[connection] ??= this.#open();
    return this.#clients[connection];
  }
}
