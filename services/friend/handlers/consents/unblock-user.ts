import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { type PersonalActDeps, personalAct } from "./personal-act.ts";

/** Lifts a block; what it ended stays ended. */
export function unblockUser(
  deps: PersonalActDeps,
): Handler<(typeof FriendServiceService)["unblockUser"]> {
  return async ({ userId, blockedId: other }, call) => {
    const people = { userId, other, field: "blocked_id" };
    const { changed } = await personalAct(deps, "unblock", people, call);
    return { changed };
  };
}
