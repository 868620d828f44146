import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { type PersonalActDeps, personalAct } from "./personal-act.ts";

/** Hides two people from each other, and ends what is between them. */
export function blockUser(
  deps: PersonalActDeps,
): Handler<(typeof FriendServiceService)["blockUser"]> {
  return async ({ userId, blockedId: other }, call) => {
    const people = { userId, other, field: "blocked_id" };
    const { changed } = await personalAct(deps, "block", people, call);
    return { changed };
  };
}
