import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_BATCH_CHECK_FRIENDS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GonePeople } from "../../platform/people/refuse-gone.ts";
import type { FriendGraph } from "../ports.ts";
import { userId, userIds } from "./arguments.ts";

/** Which of many people are friends of one. */
export function batchCheckFriends(
  graph: Pick<FriendGraph, "check">,
  people: GonePeople,
): Handler<(typeof FriendServiceService)["batchCheckFriends"]> {
  return async (request) => {
    const user = userId("user_id", request.userId);
    const others = userIds("other_ids", request.otherIds, MAX_BATCH_CHECK_FRIENDS);
    const areFriends = await graph.check(user, others);
    if (request.includeGone || !people.hidesAny) return { areFriends: [...areFriends] };
    const gone = await people.goneAmong(others.filter((_, i) => areFriends[i]));
    return { areFriends: areFriends.map((isFriend, i) => isFriend && !gone.has(others[i])) };
  };
}
