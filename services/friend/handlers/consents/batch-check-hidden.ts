import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_BATCH_CHECK_HIDDEN } from "../../../model/limits.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { userId, userIds } from "../arguments.ts";
import type { HiddenFrom } from "./hidden-from.ts";

/** Which of many people are hidden from one. */
export function batchCheckHidden(
  hiddenFrom: HiddenFrom,
): Handler<(typeof FriendServiceService)["batchCheckHidden"]> {
  return async (request) => {
    const user = userId("user_id", request.userId);
    const others = userIds("other_ids", request.otherIds, MAX_BATCH_CHECK_HIDDEN);
    return { areHidden: [...(await hiddenFrom(user, others))] };
  };
}
