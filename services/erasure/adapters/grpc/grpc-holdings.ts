import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { TimelineServiceService, TimelineState } from "#gen/timeline/v1/timeline.ts";
import type { Caller } from "../../../model/callers.ts";
import { MAX_ERASE_POSTS, MAX_RELATIONS_PAGE } from "../../../model/limits.ts";
import { PERSON_STATE_NUMBERS } from "../../../model/person-states.ts";
import { shardOf } from "../../../model/shards.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { Client } from "../../../platform/grpc/call.ts";
import { connect, createClient } from "../../../platform/grpc/client/client.ts";
import { createShardRouter } from "../../../platform/grpc/client/router.ts";
import type { Credentials } from "../../../platform/grpc/credentials/credentials.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import type { Metrics } from "../../../platform/telemetry/metrics.ts";
import type { Friends, Holdings, Posts, Timelines } from "../../ports.ts";
import { grpcOrders, grpcRevenues, NO_ORDERS, NO_REVENUES } from "./grpc-money.ts";
import { grpcReactions, NO_REACTIONS } from "./grpc-reactions.ts";
import { namingFailures } from "./naming-failures.ts";

export interface HoldingsOptions {
  readonly postAddresses: readonly string[];
  readonly friendAddresses: readonly string[];
  readonly timelineAddresses: readonly string[];
  /** Empty: this mesh has none. */
  readonly engagementAddresses: readonly string[];
  /** Empty: this mesh has none. */
  readonly bookstoreAddresses: readonly string[];
  /** Empty: this mesh has none. */
  readonly growthAddresses: readonly string[];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly credentials: Credentials;
}

const CALL_TIMEOUT_MS = 10_000;
/** RemoveFriend takes one at a time. */
const REMOVALS_AT_ONCE = 8;

/** What each call is about, for when it fails. */
const POSTS = { setState: "users", list: "posts", erase: "posts" };
const FRIENDS = {
  ...{ setState: "users", list: "friendships", remove: "friendships" },
  ...{ related: "relations", forget: "relations" },
};
const TIMELINES = { isActive: "timelines", deactivate: "timelines" };
const REACTIONS = {
  setState: "users",
  by: (_user: unknown, table: string) => table,
  on: (_posts: unknown, table: string) => table,
  erase: "likes, comments",
};
const ORDERS = { setState: "users", list: "orders", anonymise: "orders" };
const REVENUES = { setState: "users", of: "revenues", anonymise: "revenues" };

/** What the services hold of people, asked and deleted over gRPC. */
export function grpcHoldings(options: HoldingsOptions): Holdings & { close(): void } {
  const { log, metrics, credentials } = options;
  const slow = { priority: "rebuild", defaultDeadlineMs: CALL_TIMEOUT_MS } as const;
  const calls = { log, metrics, credentials, ...slow };
  const open = (addresses: readonly string[], to: Caller) => connect(addresses, { ...calls, to });
  const perhaps = (addresses: readonly string[], to: Caller) =>
    addresses.length > 0 ? open(addresses, to) : undefined;
  const post = open(options.postAddresses, "post");
  const friend = open(options.friendAddresses, "friend");
  const timeline = open(options.timelineAddresses, "timeline");
  const engagement = perhaps(options.engagementAddresses, "engagement");
  const bookstore = perhaps(options.bookstoreAddresses, "bookstore");
  const growth = perhaps(options.growthAddresses, "growth");
  const anyone = createClient(TimelineServiceService, timeline);
  const router = createShardRouter<Client<typeof TimelineServiceService>>({
    lookup: () => anyone.getShardMap({}),
    connect: (address) => {
      const channel = open([address], "timeline");
      const client = createClient(TimelineServiceService, channel);
      return { client, close: () => channel.close() };
    },
  });
  const timelines: Timelines = {
    isActive: async (viewer) => {
      // What a timeline is comes with the place of a post, of whichever: a page would be a reading.
      const request = { postId: 1n, authorId: viewer, viewerIds: [viewer] };
      const { locations } = await router.call(shardOf(viewer), (to) => to.locatePost(request));
      return locations.some(({ state }) => state !== TimelineState.INACTIVE);
    },
    deactivate: async (viewer) => {
      const request = { viewerIds: [viewer] };
      await router.call(shardOf(viewer), (client) => client.deactivateTimelines(request));
    },
  };
  return {
    posts: namingFailures("post", POSTS, postsOver(createClient(PostServiceService, post))),
    friends: namingFailures(
      "friend",
      FRIENDS,
      friendsOver(createClient(FriendServiceService, friend)),
    ),
    timelines: namingFailures("timeline", TIMELINES, timelines),
    reactions: engagement
      ? namingFailures("engagement", REACTIONS, grpcReactions(engagement))
      : NO_REACTIONS,
    orders: bookstore ? namingFailures("bookstore", ORDERS, grpcOrders(bookstore)) : NO_ORDERS,
    revenues: growth ? namingFailures("growth", REVENUES, grpcRevenues(growth)) : NO_REVENUES,
    close: () => {
      router.close();
      for (const channel of [post, friend, timeline, engagement, bookstore, growth]) {
        channel?.close();
      }
    },
  };
}

function postsOver(client: Client<typeof PostServiceService>): Posts {
  return {
    setState: async (authorId, state, change) => {
      const request = { authorId, state: PERSON_STATE_NUMBERS[state], change: BigInt(change) };
      return Number((await client.setAuthorState(request)).change);
    },
    list: async function* (authorId) {
      for (let beforePostId = 0n; ; ) {
        const limit = MAX_ERASE_POSTS;
        const { postIds } = await client.listPostsToErase({ authorId, beforePostId, limit });
        if (postIds.length > 0) yield postIds;
        if (postIds.length < limit) return;
        beforePostId = postIds[postIds.length - 1];
      }
    },
    erase: async (authorId, posts) => {
      await client.erasePosts({ authorId, postIds: [...posts] });
    },
  };
}

function friendsOver(client: Client<typeof FriendServiceService>): Friends {
  return {
    setState: async (userId, state, change) => {
      const request = { userId, state: PERSON_STATE_NUMBERS[state], change: BigInt(change) };
      return Number((await client.setPersonState(request)).change);
    },
    list: async function* (userId) {
      const range = { fromFriendId: 0n, beforeFriendId: 0n, limit: 0 };
      // Two friends may be erased at the same time.
      const request = { userId, ...range, includeGone: true };
      for await (const { friendIds } of client.listFriends(request)) {
        if (friendIds.length > 0) yield friendIds;
      }
    },
    remove: async (userId, friends) => {
      await inParallel(REMOVALS_AT_ONCE, friends, async (friendId) => {
        await client.removeFriend({ userId, friendId });
      });
    },
    related: async function* (userId) {
      for (let fromUserId = 0n, isFirst = true; isFirst || fromUserId > 0n; isFirst = false) {
        const request = { userId, fromUserId, limit: MAX_RELATIONS_PAGE };
        const { userIds, nextUserId } = await client.listRelationsToErase(request);
        if (userIds.length > 0) yield userIds;
        fromUserId = nextUserId;
      }
    },
    forget: async (userId, others) => {
      await client.eraseRelations({ userId, otherIds: [...others] });
    },
  };
}
