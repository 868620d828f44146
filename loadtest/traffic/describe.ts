import {
  POSTS_A_VISITOR_AND_DAY,
  READS_A_VISITOR_AND_DAY,
} from "../../population/people/activity.ts";
import { DAY } from "../../population/people/audience.ts";
import { DAY_SECONDS, PEAK_RATIO } from "./curve/diurnal.ts";
import type { Traffic } from "./traffic.ts";

/** One figure of the day, beside what the design says of as many users. */
export interface Figure {
  readonly figure: string;
  readonly unit: string;
  readonly here: number;
  readonly design: number;
}

export interface TrafficDescription {
  /** Whose load it is; in a world of fewer, fewer people come, more often each. */
  readonly dailyUsers: number;
  readonly activePeople: number;
  /** Concentration of a day in one zone. */
  readonly k: number;
  /** Highest and lowest of the sum over the zones, over its mean. */
  readonly peakRatio: number;
  readonly lowRatio: number;
  /** Slot of the day in UTC at which the peak begins, in hours. */
  readonly peakHourUtc: number;
  /** Sigma of the logarithm of sessions a day among the active. */
  readonly sessionsSpread: number;
  readonly figures: readonly Figure[];
  /** Rate over mean, every 20 minutes from 0:00 UTC. */
  readonly curve: readonly number[];
}

const POINTS = 72;

/** What a day is expected to hold: by the tables that it is drawn from, not by drawing it. */
export function describeTraffic({ audience, dailyUsers, k, curve }: Traffic): TrafficDescription {
  const { ranks, frequencies } = audience;
  const peakRatio = curve.reduce((most, value) => Math.max(most, value), 0);
  const rates = frequencies.sessionsADay.map((rate) => (rate * dailyUsers) / audience.dailyUsers);
  const sessions = (ranks.count * rates.reduce((sum, rate) => sum + rate, 0)) / rates.length;
  const coming = 1 - rates.reduce((sum, rate) => sum + Math.exp(-rate), 0) / rates.length;
  const posts = sessions * DAY.postsPerSession;
  const pages = sessions * DAY.pagesPerSession;
  const design = {
    posts: dailyUsers * POSTS_A_VISITOR_AND_DAY,
    pages: (dailyUsers * READS_A_VISITOR_AND_DAY) / DAY.postsPerPage,
  };
  const daily = (figure: string, here: number, wanted: number): readonly Figure[] => [
    { figure, unit: "a day", here, design: wanted },
    { figure, unit: "/s, mean", here: here / DAY_SECONDS, design: wanted / DAY_SECONDS },
    {
      figure,
      unit: "/s, peak",
      here: (here / DAY_SECONDS) * peakRatio,
      design: (wanted / DAY_SECONDS) * PEAK_RATIO,
    },
  ];
  return {
    dailyUsers,
    activePeople: ranks.count,
    k,
    peakRatio,
    lowRatio: curve.reduce((least, value) => Math.min(least, value)),
    peakHourUtc: (curve.indexOf(peakRatio) * 24) / curve.length,
    sessionsSpread: frequencies.spread,
    figures: [
      { figure: "people who come", unit: "a day", here: ranks.count * coming, design: dailyUsers },
      ...daily("posts", posts, design.posts),
      ...daily("pages", pages, design.pages),
      ...daily("posts viewed", pages * DAY.postsPerPage, design.pages * DAY.postsPerPage),
    ],
    curve: Array.from({ length: POINTS }, (_, i) => curve[(i * curve.length) / POINTS]),
  };
}
