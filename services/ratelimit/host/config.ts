import { list } from "../../platform/config/variables.ts";

/** For services whose quotas may be shared by all their replicas. */
export const SHARED_QUOTA_VARIABLES = {
  rateLimitAddresses: list("TIDINGS_RATELIMIT_ADDRESSES", {
    default: [],
    help: "host:port of the rate limit service, one or many; none: quotas are counted in memory",
  }),
};
