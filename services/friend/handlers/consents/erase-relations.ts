import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_RELATIONS_PAGE } from "../../../model/limits.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { userIds } from "../arguments.ts";
import { type PersonalActDeps, personalAct } from "./personal-act.ts";

const AT_ONCE = 8;

/** Ends all there is between a person and others. */
export function eraseRelations(
  deps: PersonalActDeps,
): Handler<(typeof FriendServiceService)["eraseRelations"]> {
  return async ({ userId, otherIds }, call) => {
    const others = userIds("other_ids", otherIds, MAX_RELATIONS_PAGE);
    await inParallel(AT_ONCE, others, (other) =>
      personalAct(deps, "forget", { userId, other, field: "other_ids" }, call),
    );
    return {};
  };
}
