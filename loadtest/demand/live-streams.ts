import { DAY } from "../../population/people/audience.ts";
import { MEAN_GAP_SECONDS } from "../traffic/stream/session.ts";
import { visitsAtPeak } from "./visits.ts";

/** How long the app is open: each page is read, the last one too, and each post is written. */
export const SESSION_SECONDS =
  MEAN_GAP_SECONDS.firstPage +
  DAY.pagesPerSession * MEAN_GAP_SECONDS.reading +
  DAY.postsPerSession * MEAN_GAP_SECONDS.writing;

/** Live streams open when most people are there: one a session, as long as it lasts (Little's law). */
export function streamsAtPeak(dailyUsers: number): number {
  return visitsAtPeak(dailyUsers).sessions * SESSION_SECONDS;
}
