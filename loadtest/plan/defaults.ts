import { measureDeliveries } from "../../population/measure/deliveries.ts";
import {
  ACTIVE_SHARE,
  DAILY_SHARE,
  POSTS_A_VISITOR_AND_DAY,
  READS_A_VISITOR_AND_DAY,
} from "../../population/people/activity.ts";
import { DAY } from "../../population/people/audience.ts";
import type { Population } from "../../population/population.ts";
import { PEAK_RATIO } from "../traffic/curve/diurnal.ts";
import type { Demand, Policy, UnitBytes } from "./sizing.ts";

/** Assumed, until somebody says otherwise. */
export const POLICY: Policy = {
  maxUtilisation: 0.6,
  replicas: 3,
  maxDiskUse: 0.6,
  zones: 3,
  keepYears: 3,
  windowDays: 28,
  indexDays: 2,
  machine: { cores: 16, memoryGiB: 128, diskTiB: 8, networkGbit: 10 },
};

/**
 * Measured: the log by `npm run bench -- entry-store`, the index by `recent-index`; a viewer's friend set is 9 bytes a friend and
 * 400. Posts and rows are by `load prefill` on disk, and will differ with compression and compaction.
 */
export const UNIT_BYTES: UnitBytes = {
  postBesideText: 100,
  viewer: 2_110,
  indexedPost: 14.5,
  entryRow: 40,
  logDelivery: 2.03,
};

/** Longest texts: what the design sizes for. */
const TEXT_BYTES = 1_024;
const SAMPLED = 5_000;

/** What a population asks for on its days. */
export function demandOf(population: Population, dailyUsers: number, ringEntries: number): Demand {
  const { toAllFriends, toActiveFriends } = measureDeliveries(population, SAMPLED);
  return {
    dailyUsers,
    postsADay: POSTS_A_VISITOR_AND_DAY,
    postsReadADay: READS_A_VISITOR_AND_DAY,
    postsPerPage: DAY.postsPerPage,
    peakOverMean: PEAK_RATIO,
    textBytes: TEXT_BYTES,
    friendsPerPost: toAllFriends,
    activePerPost: toActiveFriends,
    activeOverDaily: ACTIVE_SHARE / DAILY_SHARE,
    ringEntries,
  };
}
