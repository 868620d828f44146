import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import { MAX_TOP_REFERRERS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { count } from "./arguments.ts";

/** The users who brought most directly. */
export function getTopReferrers(
  store: Pick<GrowthStore, "state" | "durable">,
): Handler<(typeof GrowthServiceService)["getTopReferrers"]> {
  return async ({ k }) => {
    const top = store.state.ledger.topReferrers(count("k", k, MAX_TOP_REFERRERS));
    await store.durable();
    return {
      referrers: top.map(({ user, brought }) => ({
        userId: BigInt(user),
        directRevenue: BigInt(brought),
      })),
    };
  };
}
