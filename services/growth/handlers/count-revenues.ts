import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { bound } from "./arguments.ts";

/** How many users have a revenue in a range. */
export function countRevenues(
  store: Pick<GrowthStore, "state" | "durable">,
): Handler<(typeof GrowthServiceService)["countRevenues"]> {
  return async ({ minRevenue, maxRevenue }) => {
    const { order } = store.state.ledger;
    const users = order.countBetween(bound(minRevenue, 0), bound(maxRevenue, Infinity));
    await store.durable();
    return { userCount: BigInt(users) };
  };
}
