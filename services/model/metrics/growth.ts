import type { MetricDefinition } from "../metrics.ts";

export const GROWTH_COUNTERS = {
  missingReferrers: {
    name: "tidings_growth_missing_referrers_total",
    help: "People taken in as brought by nobody, for who was named did not come",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The figures of the growth service; days are UTC. */
export const GROWTH_GAUGES = {
  users: { name: "tidings_growth_users", help: "Users there are" },
  revenue: { name: "tidings_growth_revenue", help: "What all came with, in the smallest unit" },
  ledgerBytes: { name: "tidings_growth_ledger_bytes", help: "Memory of order and referral trees" },
  newUsers: { name: "tidings_growth_new_users_today", help: "Users who joined today" },
  referredUsers: {
    name: "tidings_growth_referred_users_today",
    help: "Users who joined today and were brought by another",
  },
  posts: { name: "tidings_growth_posts_today", help: "Posts today" },
  postsPerActiveUser: {
    name: "tidings_growth_posts_per_active_user_today_ratio",
    help: "Posts today over people active today, estimated",
  },
  activeDay: { name: "tidings_growth_active_users_day", help: "Active today, estimated" },
  activeWeek: { name: "tidings_growth_active_users_week", help: "Active in 7 days, estimated" },
  activeMonth: { name: "tidings_growth_active_users_month", help: "Active in 30 days, estimated" },
  kFactor: {
    name: "tidings_growth_k_factor_ratio",
    help: "Users brought by others in 28 days, for each there was before",
  },
  retentionWeek1: {
    name: "tidings_growth_retention_week1_ratio",
    help: "Of the newest week's new people whose next week is over: active in it, estimated",
  },
  retentionWeek4: {
    name: "tidings_growth_retention_week4_ratio",
    help: "Of the newest week's new people whose fourth week after is over: active in it, estimated",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
