import type { DayGrowth, GrowthServiceService, PartGrowth } from "#gen/growth/v1/growth.ts";
import { MAX_GROWTH_DAYS } from "../../model/limits.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { DAY_PRECISION, PART_PRECISION } from "../domain/figures/day-figures.ts";
import { dateOf, dayOf } from "../domain/figures/days.ts";
import { standardError } from "../domain/figures/hyper-log-log.ts";
import { cohortsOf, type DayReport, type PartReport, reportOf } from "../domain/figures/reports.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";

/** The figures of the last days. */
export function getGrowth(
  store: Pick<GrowthStore, "state" | "durable">,
  clock: Pick<Clock, "nowMs">,
): Handler<(typeof GrowthServiceService)["getGrowth"]> {
  return async ({ days }) => {
    if (days < 0 || days > MAX_GROWTH_DAYS) {
      throw invalidArgument("days", `is ${days}`, `send 1 to ${MAX_GROWTH_DAYS}, or 0 for 1`);
    }
    const { figures, ledger } = store.state;
    const today = Math.max(dayOf(clock.nowMs()), figures.today);
    const reports: DayReport[] = [];
    for (let i = 0; i < Math.max(1, days); i++) {
      // A month's union takes about a millisecond: other calls have their turn in between.
      if (i > 0) await new Promise((resolve) => setImmediate(resolve));
      reports.push(reportOf(figures, today - i, ledger.count));
    }
    const cohorts = cohortsOf(figures);
    const answer = { userCount: BigInt(ledger.count), totalRevenue: BigInt(ledger.totalRevenue) };
    await store.durable();
    return {
      ...answer,
      days: reports.map(dayGrowth),
      cohorts: cohorts.map(({ week, newUsers, activeByWeek }) => ({
        week: dateOf(week),
        newUsers: BigInt(newUsers),
        activeByWeek: activeByWeek.map(BigInt),
      })),
      activeError: standardError(DAY_PRECISION),
      partError: standardError(PART_PRECISION),
    };
  };
}

function dayGrowth(report: DayReport): DayGrowth {
  const { day, parts, postsPerActiveUser, kFactor } = report;
  return {
    date: dateOf(day),
    newUsers: BigInt(report.newUsers),
    referredUsers: BigInt(report.referredUsers),
    posts: BigInt(report.posts),
    activeDay: BigInt(report.activeDay),
    activeWeek: BigInt(report.activeWeek),
    activeMonth: BigInt(report.activeMonth),
    postsPerActiveUser,
    kFactor,
    clients: parts.client.map(partGrowth),
    devices: parts.device.map(partGrowth),
    places: parts.place.map(partGrowth),
  };
}

function partGrowth({ value, newUsers, posts, active }: PartReport): PartGrowth {
  return {
    value,
    newUsers: BigInt(newUsers),
    posts: BigInt(posts),
    active: BigInt(active),
  };
}
