import { ACTIVE_SHARE, DAILY_SHARE } from "../../population/people/activity.ts";
import { DAY } from "../../population/people/audience.ts";
import type { Population } from "../../population/population.ts";
import { friendsPerReader } from "./friends-per-reader.ts";
import { streamsAtPeak } from "./live-streams.ts";
import { type PostAudience, postAudienceOf } from "./post-audience.ts";
import { meanTextBytes } from "./text-bytes.ts";
import { type Visits, visitsADay, visitsAtPeak } from "./visits.ts";

/** What a number of daily users ask for. A plan multiplies it, a simulation plays it through the day. */
export interface Demand {
  readonly dailyUsers: number;
  readonly day: Visits;
  /** A second. */
  readonly peak: Visits;
  readonly postsPerPage: number;
  readonly audience: PostAudience;
  readonly friendsPerReader: number;
  /** People whose timelines are kept. */
  readonly activePeople: number;
  /** Open at the peak. */
  readonly streams: number;
  /** Of a post's text. */
  readonly meanTextBytes: number;
}

export function demandOf(population: Population, dailyUsers: number): Demand {
  return {
    dailyUsers,
    day: visitsADay(dailyUsers),
    peak: visitsAtPeak(dailyUsers),
    postsPerPage: DAY.postsPerPage,
    audience: postAudienceOf(population),
    friendsPerReader: friendsPerReader(population),
    activePeople: dailyUsers * (ACTIVE_SHARE / DAILY_SHARE),
    streams: streamsAtPeak(dailyUsers),
    meanTextBytes: meanTextBytes(population),
  };
}
