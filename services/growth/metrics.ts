import { GROWTH_GAUGES } from "../model/growth-metrics.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { dayOf } from "./domain/figures/days.ts";
import { reportOf } from "./domain/figures/reports.ts";
import type { GrowthStore } from "./domain/store/growth-store.ts";

const TODAY = [
  "newUsers",
  "referredUsers",
  "posts",
  "activeDay",
  "activeWeek",
  "activeMonth",
  "kFactor",
] as const;

/** The business's figures as gauges, read when they are scraped. */
export function registerFigures(metrics: Metrics, { state }: GrowthStore, clock: Clock): void {
  const { ledger, figures } = state;
  metrics.gauge(GROWTH_GAUGES.users, () => ledger.count);
  metrics.gauge(GROWTH_GAUGES.revenue, () => ledger.totalRevenue);
  metrics.gauge(GROWTH_GAUGES.ledgerBytes, () => ledger.bytes);
  const today = () => reportOf(figures, dayOf(clock.nowMs()), ledger.count);
  for (const name of TODAY) metrics.gauge(GROWTH_GAUGES[name], () => today()[name]);
}
