import { evenSample } from "../../population/measure/degrees.ts";
import { ASSUMED_ACTIVE_SHARE_OF_FRIENDS, DAILY_SHARE } from "../../population/people/activity.ts";
import type { Population } from "../../population/population.ts";

/** One sampled person on an average day. */
export interface Dweller {
  readonly friends: number;
  readonly isActive: boolean;
  /** Posts written and pages read on a day, days without a visit included. */
  readonly posts: number;
  readonly pages: number;
}

/** A day of a sample of everybody who is registered. */
export interface Day {
  readonly people: readonly Dweller[];
  /** Those who come on a day, among the sample. */
  readonly dailyUsers: number;
  readonly registeredADailyUser: number;
  /** Of an author's friends, so many get deliveries. */
  readonly activeShareOfFriends: number;
}

const POSTS_A_PAGE = 20;

export function sampleDay(population: Population, samples: number): Day {
  const people = evenSample(population, samples).map((id): Dweller => {
    const { isActive, visitShare, postsADay, readsADay } = population.person(id);
    return {
      friends: population.nominalDegree(id),
      isActive,
      posts: visitShare * postsADay,
      pages: (visitShare * readsADay) / POSTS_A_PAGE,
    };
  });
  return {
    people,
    dailyUsers: people.length * DAILY_SHARE,
    registeredADailyUser: 1 / DAILY_SHARE,
    activeShareOfFriends: ASSUMED_ACTIVE_SHARE_OF_FRIENDS,
  };
}

/** The sum over all sampled people, for each daily user. */
export function aDailyUser({ people, dailyUsers }: Day, of: (one: Dweller) => number): number {
  return people.reduce((sum, one) => sum + of(one), 0) / dailyUsers;
}
