import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { unknownReferrer } from "./arguments.ts";
import { insertUser } from "./insert.ts";

/** Adds a user whom another brought, whose revenue grows by as much. */
export function insertWithReferrer(
  store: Pick<GrowthStore, "room" | "insert" | "durable">,
): Handler<(typeof GrowthServiceService)["insertWithReferrer"]> {
  return async (request) => {
    const referrer = request.referrerUserId;
    // Inside 0 stands for nobody; here it is a user that is not there.
    if (referrer === 0n) throw unknownReferrer("referrer_user_id", "user", "0");
    return await insertUser(store, request, referrer);
  };
}
