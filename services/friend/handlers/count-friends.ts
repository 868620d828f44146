import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_COUNT_FRIENDS_USERS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { FriendGraph } from "../ports.ts";
import { userIds } from "./arguments.ts";

/** How many friends each of many people has. */
export function countFriends(
  graph: Pick<FriendGraph, "counts">,
): Handler<(typeof FriendServiceService)["countFriends"]> {
  return async (request) => {
    const users = userIds("user_ids", request.userIds, MAX_COUNT_FRIENDS_USERS);
    return { friendCounts: [...(await graph.counts(users))] };
  };
}
