import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_BATCH_CHECK_HIDDEN } from "../../../model/limits.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import type { Consents } from "../../ports.ts";
import { userId, userIds } from "../arguments.ts";

/** Which of many people are hidden from one. */
export function batchCheckHidden(
  consents: Pick<Consents, "hidden">,
): Handler<(typeof FriendServiceService)["batchCheckHidden"]> {
  return async (request) => {
    const user = userId("user_id", request.userId);
    const others = userIds("other_ids", request.otherIds, MAX_BATCH_CHECK_HIDDEN);
    return { areHidden: [...(await consents.hidden(user, others))] };
  };
}
