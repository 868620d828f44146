import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { knownUser } from "./arguments.ts";

/** A user's place among all. */
export function getRank(
  store: Pick<GrowthStore, "state" | "durable">,
): Handler<(typeof GrowthServiceService)["getRank"]> {
  return async ({ userId }) => {
    const { ledger } = store.state;
    const user = knownUser(ledger, userId);
    const answer = {
      rank: BigInt(ledger.order.rankOf(user) + 1),
      userCount: BigInt(ledger.count),
      revenue: BigInt(ledger.order.revenueOf(user)),
    };
    await store.durable();
    return answer;
  };
}
