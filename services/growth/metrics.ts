import type { Clock } from "../platform/clock/clock.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { dayOf } from "./domain/figures/days.ts";
import { reportOf } from "./domain/figures/reports.ts";
import type { GrowthStore } from "./domain/store/growth-store.ts";

type Report = ReturnType<typeof reportOf>;

/** Today's figures, by the end of their metric's name. */
const TODAY: Readonly<Record<string, readonly [string, (report: Report) => number]>> = {
  new_users_today: ["Users who joined today, UTC", (report) => report.newUsers],
  referred_users_today: ["Of them, those whom another brought", (report) => report.referredUsers],
  posts_today: ["Posts today, UTC", (report) => report.posts],
  active_users_day: ["People active today, estimated", (report) => report.activeDay],
  active_users_week: ["People active in 7 days, estimated", (report) => report.activeWeek],
  active_users_month: ["People active in 30 days, estimated", (report) => report.activeMonth],
  k_factor: ["Users brought in 28 days, for each there was before", (report) => report.kFactor],
};

/** The business's figures as gauges, read when they are scraped. */
export function registerFigures(metrics: Metrics, { state }: GrowthStore, clock: Clock): void {
  const { ledger, figures } = state;
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge({ name: `tidings_growth_${name}`, help }, read);
  gauge("users", "Users there are", () => ledger.count);
  gauge("revenue", "What all users came with, in the smallest unit", () => ledger.totalRevenue);
  gauge("ledger_bytes", "Memory of order and referral trees", () => ledger.bytes);
  const today = () => reportOf(figures, dayOf(clock.nowMs()), ledger.count);
  for (const [name, [help, of]] of Object.entries(TODAY)) gauge(name, help, () => of(today()));
}
