import { GROWTH_GAUGES } from "../model/metrics/growth.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { dayOf } from "./domain/figures/days.ts";
import { type DayReport, reportOf, retentionOf } from "./domain/figures/reports.ts";
import type { GrowthStore } from "./domain/store/growth-store.ts";

const TODAY = [
  "newUsers",
  "referredUsers",
  "posts",
  "postsPerActiveUser",
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
  const today = () => dayOf(clock.nowMs());
  let report: DayReport | undefined;
  // A scrape reads all gauges in one turn, and the unions of a month's sketches are made once for it.
  const reportOfTurn = () => {
    if (report === undefined) {
      report = reportOf(figures, today(), ledger.count);
      setImmediate(() => {
        report = undefined;
      });
    }
    return report;
  };
  for (const name of TODAY) metrics.gauge(GROWTH_GAUGES[name], () => reportOfTurn()[name]);
  metrics.gauge(GROWTH_GAUGES.retentionWeek1, () => retentionOf(figures, today(), 1));
  metrics.gauge(GROWTH_GAUGES.retentionWeek4, () => retentionOf(figures, today(), 4));
}
