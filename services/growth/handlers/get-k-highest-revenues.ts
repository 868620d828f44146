import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import { MAX_RANKED_USERS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { createRevenueWindow } from "../domain/ledger/revenue-order.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { bound, count } from "./arguments.ts";
import { rankedUsers } from "./get-k-lowest-revenues.ts";

/** The k users with the highest revenues below a maximum. */
export function getKHighestRevenues(
  store: Pick<GrowthStore, "state" | "durable">,
): Handler<(typeof GrowthServiceService)["getKHighestRevenues"]> {
  return async ({ k, maxRevenue, inclusive }) => {
    const window = createRevenueWindow(count("k", k, MAX_RANKED_USERS));
    store.state.ledger.order.highest(window, k, bound(maxRevenue, Infinity), inclusive);
    await store.durable();
    return { users: rankedUsers(window) };
  };
}
