const DAY_LENGTH = "2026-11-21".length;

/** The day that a time of RFC 3339 begins with, when there is none such: Date.parse takes 30 February for 2 March. */
export function noSuchDay(time: string): string | undefined {
  const day = time.slice(0, DAY_LENGTH);
  const midnight = new Date(`${day}T00:00:00Z`);
  const isThere = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  return isThere ? undefined : day;
}
