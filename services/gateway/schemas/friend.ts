import { Type } from "@sinclair/typebox";
import {
  DEFAULT_FRIENDS_OF_FRIENDS,
  DEFAULT_RELATIONS_PAGE,
  MAX_COUNT_FRIENDS_USERS,
  MAX_FRIENDS_OF_FRIENDS,
  MAX_FRIENDS_PER_CHUNK,
  MAX_RELATIONS_PAGE,
} from "../../model/limits.ts";
import { id, nextPageToken, oneOf, pageToken, time } from "./ids.ts";

export const DEFAULT_FRIENDS_PAGE = 100;
export const DEFAULT_DEGREE = 2;

export const FriendParams = Type.Object({ friend_id: id("The other person") });

export const Friend = Type.Object({ friend_id: id("The other person") });

export const FriendChange = Type.Object({
  friend_id: id("The other person"),
  changed: Type.Boolean({ description: "False when it was so already." }),
});

export const FriendState = Type.Object({
  friend_id: id("The other person"),
  state: oneOf(["friends", "requested"], "What you are now"),
  changed: Type.Boolean({ description: "False when it was so already." }),
});

/** Of a page of requests or blocks. */
export const relationsQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_RELATIONS_PAGE,
      default: DEFAULT_RELATIONS_PAGE,
      description: `At most so many, 1 to ${MAX_RELATIONS_PAGE.toLocaleString("en")}.`,
    }),
  ),
  page_token: pageToken,
};

export const FriendRequestsQuery = Type.Object(
  { direction: oneOf(["in", "out"], "Who asked: others, or oneself"), ...relationsQuery },
  { additionalProperties: false },
);

export const FriendRequestsPage = Type.Object({
  requests: Type.Array(
    Type.Object({ user_id: id("The other person"), create_time: time("When it was made") }),
    { description: "Ascending by user_id." },
  ),
  next_page_token: nextPageToken,
});

export const FriendsQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_FRIENDS_PER_CHUNK,
        default: DEFAULT_FRIENDS_PAGE,
        description: `At most so many, 1 to ${MAX_FRIENDS_PER_CHUNK.toLocaleString("en")}.`,
      }),
    ),
    page_token: pageToken,
  },
  { additionalProperties: false },
);

export const FriendsPage = Type.Object({
  friend_ids: Type.Array(id("A friend"), { description: "Ascending." }),
  friend_count: Type.Integer({ description: "Friends in all." }),
  next_page_token: nextPageToken,
});

export const BY_COMMON_FRIENDS = "common_friends";

export const FriendsOfFriendsQuery = Type.Object(
  {
    degree: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 3,
        default: DEFAULT_DEGREE,
        description: "The distance: 2 for friends of friends, 3 for their friends.",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_FRIENDS_OF_FRIENDS,
        default: DEFAULT_FRIENDS_OF_FRIENDS,
        description: `At most so many people, 1 to ${MAX_FRIENDS_OF_FRIENDS.toLocaleString("en")}.`,
      }),
    ),
    order: Type.Optional(
      Type.Literal(BY_COMMON_FRIENDS, {
        description: "With degree 2: the most common friends first. Without it: in no order.",
      }),
    ),
  },
  { additionalProperties: false },
);

export const FriendsOfFriends = Type.Object({
  user_ids: Type.Array(id("A person at this distance"), {
    description: "Each once, without those nearer.",
  }),
  truncated: Type.Boolean({ description: "The limit, or the bound on the search, cut it short." }),
  common_friend_counts: Type.Optional(
    Type.Array(Type.Integer(), {
      description: "How many friends each has in common with the caller, when ordered by it.",
    }),
  ),
});

export const FriendCountQuery = Type.Object(
  {
    user_id: Type.Optional(
      Type.Array(id("A person"), {
        minItems: 1,
        maxItems: MAX_COUNT_FRIENDS_USERS,
        description: `Whose friends to count, up to ${MAX_COUNT_FRIENDS_USERS}; the caller's without it.`,
      }),
    ),
  },
  { additionalProperties: false },
);

export const FriendCounts = Type.Object({
  counts: Type.Array(
    Type.Object({
      user_id: id("The person"),
      friend_count: Type.Integer({ description: "How many friends this person has." }),
    }),
    { description: "In the order of the request." },
  ),
});
