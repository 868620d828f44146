import type { UserId } from "../../model/ids.ts";
import {
  MAX_BATCH_LIST_FRIENDS_USERS,
  MAX_FRIENDS_PER_CHUNK,
  MAX_MESSAGE_BYTES,
} from "../../model/limits.ts";
import { ID_BYTES } from "../../model/wire/id-pairs.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { FriendDefinition } from "../definition.ts";
import type { FriendGraph } from "../ports.ts";
import { limit, userIds } from "./arguments.ts";

/** What a FriendList needs beside its ids, at most: tags, lengths, user id and count. */
const LIST_OVERHEAD_BYTES = 32;
const MAX_IDS_BYTES = MAX_MESSAGE_BYTES - MAX_BATCH_LIST_FRIENDS_USERS * LIST_OVERHEAD_BYTES;
/** The longest list that fits one answer. */
const MAX_FRIENDS_EACH = Math.floor(MAX_IDS_BYTES / ID_BYTES);

/**
 * The lists of many people; stops early, at the end of a list, when the answer is full. Who asks has posts
 * of theirs in hand: `onCounts` learns who has how many friends.
 */
export function batchListFriends(
  graph: Pick<FriendGraph, "lists">,
  onCounts: (users: readonly UserId[], counts: readonly number[]) => void,
): Handler<(typeof FriendDefinition)["batchListFriends"]> {
  return async (request) => {
    const users = userIds("user_ids", request.userIds, MAX_BATCH_LIST_FRIENDS_USERS);
    const maxFriendsEach = limit(
      "max_friends_each",
      request.maxFriendsEach,
      MAX_FRIENDS_PER_CHUNK,
      MAX_FRIENDS_EACH,
    );
    const lists = await graph.lists(users, { maxFriendsEach, maxTotalBytes: MAX_IDS_BYTES });
    const listed = users.slice(0, lists.length);
    onCounts(
      listed,
      lists.map(({ friendCount }) => friendCount),
    );
    return lists.map((list, i) => ({ userId: users[i], ...list }));
  };
}
