import type { GrowthServiceService, RankedUser } from "#gen/growth/v1/growth.ts";
import { MAX_RANKED_USERS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { createRevenueWindow, type RevenueWindow } from "../domain/ledger/revenue-order.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { bound, count } from "./arguments.ts";

/** The k users with the lowest revenues above a minimum. */
export function getKLowestRevenues(
  store: Pick<GrowthStore, "state" | "durable">,
): Handler<(typeof GrowthServiceService)["getKLowestRevenues"]> {
  return async ({ k, minRevenue, inclusive }) => {
    const window = createRevenueWindow(count("k", k, MAX_RANKED_USERS));
    store.state.ledger.order.lowest(window, k, bound(minRevenue, -1), inclusive);
    await store.durable();
    return { users: rankedUsers(window) };
  };
}

export function rankedUsers({ users, revenues, count }: RevenueWindow): RankedUser[] {
  return Array.from({ length: count }, (_, i) => ({
    userId: BigInt(users[i]),
    revenue: BigInt(revenues[i]),
  }));
}
