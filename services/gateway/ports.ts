import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { PostServiceService } from "#gen/post/v1/post.ts";
import type { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import type { CallOptions, Client } from "../platform/grpc/call.ts";

export type Posts = Pick<
  Client<typeof PostServiceService>,
  "createPost" | "batchGetPosts" | "deletePost" | "listAuthorPosts"
>;

export type Friends = Pick<
  Client<typeof FriendServiceService>,
  | "signUp"
  | "requestFriend"
  | "declineFriend"
  | "listFriendRequests"
  | "blockUser"
  | "unblockUser"
  | "listBlocks"
  | "listFriends"
  | "batchCheckFriends"
  | "listFriendsOfFriends"
  | "countFriends"
>;

/** Timelines, wherever their owner is. */
export type Timelines = Pick<
  Client<typeof TimelineServiceService>,
  "getTimeline" | "watchTimeline" | "countUnread"
>;

/** Likes and comments. */
export type Reactions = Pick<
  Client<typeof EngagementServiceService>,
  | "likePost"
  | "unlikePost"
  | "createComment"
  | "deleteComment"
  | "listLikes"
  | "listComments"
  | "batchGetReactions"
  | "watchReactions"
>;

/** The services behind the gateway. */
export interface Services {
  readonly posts: Posts;
  readonly friends: Friends;
  readonly timelines: Timelines;
  /** Undefined: this mesh has none. */
  readonly reactions: Reactions | undefined;
}

/** What every call made for one request shares. */
export type CallContext = Required<
  Pick<CallOptions, "deadlineMs" | "requestId" | "forUser" | "priority">
> &
  Pick<CallOptions, "traceparent">;

/** The users' request rate as all gateways share it. */
export interface SharedRequestRate {
  /** "allowed", and counted; or ms until there is room; undefined: it can't say now. */
  take(user: bigint): "allowed" | number | undefined;
}
