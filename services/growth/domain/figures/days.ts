/** Days since 1970-01-01, UTC. */
export type Day = number;

export const DAY_MS = 86_400_000;
export const WEEK_DAYS = 7;
/** 1970-01-01 was a Thursday; ISO weeks begin on Mondays. */
const FIRST_MONDAY = -3;

export function dayOf(timeMs: number): Day {
  return Math.floor(timeMs / DAY_MS);
}

/** The Monday of the day's week. */
export function mondayOf(day: Day): Day {
  return day - ((((day - FIRST_MONDAY) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS);
}

/** As 2026-11-28. */
export function dateOf(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
