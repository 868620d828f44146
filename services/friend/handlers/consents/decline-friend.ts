import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { type PersonalActDeps, personalAct } from "./personal-act.ts";

/** Ends a friendship, or a request of either. */
export function declineFriend(
  deps: PersonalActDeps,
): Handler<(typeof FriendServiceService)["declineFriend"]> {
  return async ({ userId, friendId: other }, call) => {
    const people = { userId, other, field: "friend_id" };
    const { changed } = await personalAct(deps, "decline", people, call);
    return { changed };
  };
}
