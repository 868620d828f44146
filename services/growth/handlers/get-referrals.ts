import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { knownUser } from "./arguments.ts";

/** Where a user is in the tree of referrals, and what it brought. */
export function getReferrals(
  store: Pick<GrowthStore, "state" | "durable">,
): Handler<(typeof GrowthServiceService)["getReferrals"]> {
  return async ({ userId }) => {
    const { ledger } = store.state;
    const figures = ledger.figuresOf(knownUser(ledger, userId));
    await store.durable();
    return {
      revenue: BigInt(figures.revenue),
      ownRevenue: BigInt(figures.ownRevenue),
      referrerUserId: BigInt(figures.referrer),
      depth: figures.depth,
      broughtUsers: BigInt(figures.broughtUsers),
      broughtRevenue: BigInt(figures.broughtRevenue),
    };
  };
}
