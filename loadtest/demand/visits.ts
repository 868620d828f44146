import { DAY } from "../../population/people/audience.ts";
import { DAY_SECONDS, PEAK_RATIO } from "../traffic/curve/diurnal.ts";

/** Sessions and what people do in them: of a day, or of a second. */
export interface Visits {
  readonly sessions: number;
  readonly pages: number;
  readonly posts: number;
}

/** What so many sessions hold. */
export function visitsIn(sessions: number): Visits {
  return {
    sessions,
    pages: sessions * DAY.pagesPerSession,
    posts: sessions * DAY.postsPerSession,
  };
}

export function visitsADay(dailyUsers: number): Visits {
  return visitsIn(dailyUsers * DAY.sessions);
}

/** A second, when most come. */
export function visitsAtPeak(dailyUsers: number): Visits {
  return visitsIn((dailyUsers * DAY.sessions * PEAK_RATIO) / DAY_SECONDS);
}
