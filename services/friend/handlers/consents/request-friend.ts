import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { type PersonalActDeps, personalAct } from "./personal-act.ts";

/** Asks another person; when both have asked, they are friends. */
export function requestFriend(
  deps: PersonalActDeps,
): Handler<(typeof FriendServiceService)["requestFriend"]> {
  return async ({ userId, friendId: other }, call) => {
    const people = { userId, other, field: "friend_id" };
    const { areFriends, changed } = await personalAct(deps, "request", people, call);
    return { areFriends, changed };
  };
}
