import { domainOf, permute, unpermute } from "../../population/graph/permutation.ts";
import { keyOf, unit } from "../../population/hash.ts";
import {
  ACTIVE_SHARE,
  DAILY_SHARE,
  groupDegrees,
  solveActivity,
} from "../../population/people/activity.ts";
import { type ActiveRanks, createActiveRanks, type DegreeCount } from "./active-ranks.ts";
import { CELLS, cellSize } from "./cells.ts";
import { createFrequencies, type Frequencies, SHARES } from "./frequency.ts";
import { createHabits, type Habits } from "./habits.ts";

/** What traffic needs of a population (ComputedGraph has it). */
export interface Ranked {
  readonly people: number;
  /** Degrees and how many people have each, ascending: the order of ranks. */
  readonly rows: readonly DegreeCount[];
  personAtRank(rank: number): number;
}

/** Who comes, how often, and what they do. Nothing here grows with the people. */
export interface Audience {
  /** People who come on a day, on average. */
  readonly dailyUsers: number;
  readonly active: ActiveRanks;
  readonly frequencies: Frequencies;
  readonly habits: Habits;
  /** The number of an active person of the cell, for 64 random bits: each as often as they come. */
  visitor(cell: number, shareBits: number, placeBits: number): number;
  personAtRank(rank: number): number;
  /** Expected of the active person number `index`. */
  sessionsADay(index: number): number;
}

/** Means over all visitors of a day, of which the design gives posts and pages (section 7). */
export const DAY = { sessions: 2.5, pagesPerSession: 2, postsPerSession: 1, postsPerPage: 20 };

/** Throws RangeError when the world has nobody active. */
export function createAudience(ranked: Ranked, seed: number): Audience {
  const { activeShareAt } = solveActivity(groupDegrees(ranked.rows));
  const active = createActiveRanks(ranked.rows, activeShareAt);
  if (active.count === 0) throw new RangeError(`${ranked.people} people: nobody is active`);
  const dailyUsers = ranked.people * DAILY_SHARE;
  const sessionsADay = (DAY.sessions * dailyUsers) / active.count;
  const frequencies = createFrequencies(sessionsADay, DAILY_SHARE / ACTIVE_SHARE);
  const habits = createHabits(keyOf(seed, 21), ranked.rows, active.activeByRow, {
    scrolls: DAY.pagesPerSession - 1,
    posts: DAY.postsPerSession,
  });
  // Who is how frequent: a permutation of the cell's places, whose order is that of the shares.
  const sizes = Int32Array.from({ length: CELLS }, (_, cell) => cellSize(active.count, cell));
  const domains = Array.from(sizes, (size) => domainOf(Math.max(1, size)));
  const keys = Int32Array.from(sizes, (_, cell) => keyOf(keyOf(seed, 22), cell));
  return {
    dailyUsers,
    active,
    frequencies,
    habits,
    visitor(cell, shareBits, placeBits) {
      const share = frequencies.shareFor(shareBits) + unit(placeBits);
      const place = Math.trunc((share / SHARES) * sizes[cell]);
      return unpermute(place, keys[cell], domains[cell]) * CELLS + cell;
    },
    personAtRank: ranked.personAtRank,
    sessionsADay(index) {
      const cell = index % CELLS;
      const place = permute(Math.trunc(index / CELLS), keys[cell], domains[cell]);
      return frequencies.meanBetween(place / sizes[cell], (place + 1) / sizes[cell]);
    },
  };
}
