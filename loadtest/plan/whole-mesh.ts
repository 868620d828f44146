import type { CoresTaken } from "../capacity/options.ts";
import { POSTS_A_VISITOR_AND_DAY, READS_A_VISITOR_AND_DAY } from "../population/people/activity.ts";
import { DAY } from "../population/people/audience.ts";
import { DAY_SECONDS, PEAK_RATIO } from "../traffic/curve/diurnal.ts";
import type { UnitCosts } from "./unit-costs.ts";

/**
 * What the whole mesh would use, of which an owner slice measured one owner: the timeline process counts
 * as often as there are owners, and posts are read for all pages, at the calibrated cost of a batch. The
 * post service's writes, the friend service and the worker did all of their work, and count as measured.
 */
export function wholeMesh(
  cpu: Readonly<Record<string, number>>,
  dailyUsers: number,
  owners: number,
  costs: UnitCosts,
): CoresTaken {
  const { timeline = 0, ...others } = cpu;
  const pages =
    ((READS_A_VISITOR_AND_DAY / DAY.postsPerPage) * dailyUsers * PEAK_RATIO) / DAY_SECONDS;
  const batch = costs.post?.each.batches ?? 0;
  const unread = pages * (1 - 1 / owners) * batch;
  const measured = Object.values(others).reduce((sum, share) => sum + share, 0);
  const cores = measured + owners * timeline + unread;
  return {
    cores,
    text: `${owners} x ${timeline.toFixed(3)} (timeline) + ${measured.toFixed(3)} (the others, measured) + ${unread.toFixed(3)} (reading the posts of the other owners' pages, at ${(1e6 * batch).toFixed(0)} us each), ${POSTS_A_VISITOR_AND_DAY} posts and ${READS_A_VISITOR_AND_DAY} reads a user and day.`,
  };
}
