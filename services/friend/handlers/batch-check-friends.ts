import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_BATCH_CHECK_FRIENDS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { FriendGraph } from "../ports.ts";
import { userId, userIds } from "./arguments.ts";

/** Which of many people are friends of one. */
export function batchCheckFriends(
  graph: Pick<FriendGraph, "check">,
): Handler<(typeof FriendServiceService)["batchCheckFriends"]> {
  return async (request) => {
    const user = userId("user_id", request.userId);
    const others = userIds("other_ids", request.otherIds, MAX_BATCH_CHECK_FRIENDS);
    return { areFriends: [...(await graph.check(user, others))] };
  };
}
