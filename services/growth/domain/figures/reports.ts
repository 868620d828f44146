import { DAY_PRECISION, type DayFigures, type Kind } from "./day-figures.ts";
import { type Day, mondayOf, WEEK_DAYS } from "./days.ts";
import type { Figures } from "./figures.ts";
import { createSketch, estimate, mergeSketch } from "./hyper-log-log.ts";

const MONTH_DAYS = 30;
/** The k-factor looks at four whole weeks, so that no weekday counts more than another. */
const K_FACTOR_DAYS = 28;

export interface DayReport {
  readonly day: Day;
  readonly newUsers: number;
  readonly referredUsers: number;
  readonly posts: number;
  readonly activeDay: number;
  readonly activeWeek: number;
  readonly activeMonth: number;
  readonly postsPerActiveUser: number;
  readonly kFactor: number;
  readonly parts: Readonly<Record<Kind, readonly PartReport[]>>;
}

export interface PartReport {
  readonly value: string;
  readonly newUsers: number;
  readonly posts: number;
  readonly active: number;
}

export interface CohortReport {
  readonly week: Day;
  readonly newUsers: number;
  readonly activeByWeek: readonly number[];
}

/** One day; `userCount`: all users there are now. */
export function reportOf(figures: Figures, day: Day, userCount: number): DayReport {
  const of = figures.days.get(day);
  const activeDay = activeIn(figures, day, 1);
  const posts = of?.posts ?? 0;
  return {
    day,
    newUsers: of?.newUsers ?? 0,
    referredUsers: of?.referredUsers ?? 0,
    posts,
    activeDay,
    activeWeek: activeIn(figures, day, WEEK_DAYS),
    activeMonth: activeIn(figures, day, MONTH_DAYS),
    postsPerActiveUser: activeDay === 0 ? 0 : posts / activeDay,
    kFactor: kFactorOf(figures, day, userCount),
    parts: {
      client: partsOf(of, "client"),
      device: partsOf(of, "device"),
      place: partsOf(of, "place"),
    },
  };
}

/** The newest first. */
export function cohortsOf(figures: Figures): readonly CohortReport[] {
  return [...figures.cohorts]
    .sort(([a], [b]) => b - a)
    .map(([week, { newUsers, active }]) => ({
      week,
      newUsers,
      activeByWeek: active.map((sketch) => estimate(sketch)),
    }));
}

/**
 * Of those who joined in one week, the part that was active so many weeks later: of the newest week for which
 * that later week is over. 0 when there is none.
 */
export function retentionOf({ cohorts }: Figures, today: Day, weeks: number): number {
  const newest = mondayOf(today) - (weeks + 1) * WEEK_DAYS;
  const [week] = [...cohorts.keys()].filter((one) => one <= newest).sort((a, b) => b - a);
  const cohort = week === undefined ? undefined : cohorts.get(week);
  if (cohort === undefined || cohort.newUsers === 0) return 0;
  const active = cohort.active[weeks];
  return active === undefined ? 0 : estimate(active) / cohort.newUsers;
}

/** Different people active on the day or one of those before it, `days` in all. */
export function activeIn({ days: all }: Figures, day: Day, days: number): number {
  const merged = createSketch(DAY_PRECISION);
  for (let i = 0; i < days; i++) {
    const figures = all.get(day - i);
    if (figures !== undefined) mergeSketch(merged, figures.active);
  }
  return estimate(merged);
}

/** Users brought in the days up to this one, for each user there was before them. */
function kFactorOf({ days }: Figures, day: Day, userCount: number): number {
  let referred = 0;
  let before = userCount;
  for (const [of, { newUsers, referredUsers }] of days) {
    if (of > day - K_FACTOR_DAYS) before -= newUsers;
    if (of > day - K_FACTOR_DAYS && of <= day) referred += referredUsers;
  }
  return before > 0 ? referred / before : 0;
}

function partsOf(of: DayFigures | undefined, kind: Kind): readonly PartReport[] {
  if (of === undefined) return [];
  return [...of.parts[kind]].map(([value, { newUsers, posts, active }]) => ({
    value,
    newUsers,
    posts,
    active: estimate(active),
  }));
}
