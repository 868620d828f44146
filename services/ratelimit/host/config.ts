import { ADDRESSES } from "../../platform/config/list-items.ts";
import { list } from "../../platform/config/variables.ts";

/** For services whose quotas may be shared by all their replicas. */
export const SHARED_QUOTA_VARIABLES = {
  rateLimitAddresses: list("TIDINGS_RATELIMIT_ADDRESSES", ADDRESSES, {
    default: [],
    help: "host:port of the rate limit service, one or many; none: quotas are counted in memory",
  }),
};
