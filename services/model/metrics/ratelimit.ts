/** Of a process whose quotas are shared through the rate limit service. */
export const SHARED_QUOTA_LEASES = {
  name: "tidings_shared_quota_leases",
  help: "Leases of quotas that this process holds",
} as const;
