import type { ComputedGraph } from "../graph/graph.ts";
import { domainOf, permute, unpermute } from "../graph/permutation.ts";
import { keyOf, unit } from "../hash.ts";
import { type ActiveRanks, createActiveRanks } from "./active-ranks.ts";
import {
  ACTIVE_SHARE,
  DAILY_SHARE,
  groupDegrees,
  POSTS_A_VISITOR_AND_DAY,
  READS_A_VISITOR_AND_DAY,
  solveActivity,
} from "./activity.ts";
import { CELLS, cellSize } from "./cells.ts";
import { createFrequencies, type Frequencies, SHARES } from "./frequency.ts";
import { createHabits, type Habits } from "./habits.ts";

/**
 * Who is active, how often they come, and what they do then. The one answer for traffic, for what is said
 * of a person, and for what is filled in beforehand. Nothing here grows with the people.
 */
export interface Audience {
  /** People who come on a day, on average. */
  readonly dailyUsers: number;
  readonly ranks: ActiveRanks;
  readonly frequencies: Frequencies;
  readonly habits: Habits;
  /** The number of an active person of the cell, for 64 random bits: each as often as they come. */
  visitor(cell: number, shareBits: number, placeBits: number): number;
  /** Sessions on any day, expected of the active person number `index`: Poisson. */
  sessionsADay(index: number): number;
  /** Posts on any day, expected of people with as many friends, active or not. */
  expectedPostsADay(degree: number): number;
}

const SESSIONS_A_VISITOR_AND_DAY = 2.5;
const POSTS_A_PAGE = 20;

/** Means over all visitors of a day. */
export const DAY = {
  sessions: SESSIONS_A_VISITOR_AND_DAY,
  postsPerSession: POSTS_A_VISITOR_AND_DAY / SESSIONS_A_VISITOR_AND_DAY,
  pagesPerSession: READS_A_VISITOR_AND_DAY / POSTS_A_PAGE / SESSIONS_A_VISITOR_AND_DAY,
  postsPerPage: POSTS_A_PAGE,
};

/** Throws RangeError when the world has nobody active. */
export function createAudience({ people, rows }: ComputedGraph, seed: number): Audience {
  const { activeShareAt } = solveActivity(groupDegrees(rows));
  const ranks = createActiveRanks(rows, activeShareAt);
  if (ranks.count === 0) throw new RangeError(`${people} people: nobody is active`);
  const dailyUsers = people * DAILY_SHARE;
  const meanSessions = (DAY.sessions * dailyUsers) / ranks.count;
  const frequencies = createFrequencies(meanSessions, DAILY_SHARE / ACTIVE_SHARE);
  const habits = createHabits(keyOf(seed, 21), rows, ranks.activeByRow, {
    scrolls: DAY.pagesPerSession - 1,
    posts: DAY.postsPerSession,
  });
  // Who is how frequent: a permutation of the cell's places, whose order is that of the shares.
  const sizes = Int32Array.from({ length: CELLS }, (_, cell) => cellSize(ranks.count, cell));
  const domains = Array.from(sizes, (size) => domainOf(Math.max(1, size)));
  const keys = Int32Array.from(sizes, (_, cell) => keyOf(keyOf(seed, 22), cell));
  return {
    dailyUsers,
    ranks,
    frequencies,
    habits,
    visitor(cell, shareBits, placeBits) {
      const share = frequencies.shareFor(shareBits) + unit(placeBits);
      const place = Math.trunc((share / SHARES) * sizes[cell]);
      return unpermute(place, keys[cell], domains[cell]) * CELLS + cell;
    },
    sessionsADay(index) {
      const cell = index % CELLS;
      const place = permute(Math.trunc(index / CELLS), keys[cell], domains[cell]);
      return frequencies.meanBetween(place / sizes[cell], (place + 1) / sizes[cell]);
    },
    expectedPostsADay: (degree) =>
      activeShareAt(degree) * meanSessions * habits.expectedPosts(degree),
  };
}
