import type { Population } from "../population.ts";
import { evenSample } from "./degrees.ts";

/** What a day's posts come to, from a sample of people and their real friends. */
export interface Deliveries {
  /** Share of the registered who come on a day, and who came within two weeks. */
  readonly dailyShare: number;
  readonly activeShare: number;
  /** Of all friendships, those whose other end is active. */
  readonly activeShareOfFriends: number;
  /** Posts of a visitor on a day. */
  readonly postsAVisitor: number;
  /** Friends of the author of a post, on average over posts. */
  readonly toAllFriends: number;
  /** Of these the active: the deliveries that are stored. */
  readonly toActiveFriends: number;
}

/** Of each person so many friends are asked whether they are active, evenly among them. */
const FRIENDS_ASKED = 30;
/** Traits of a person cost no look at friends, and have heavy tails. */
const TRAITS_ASKED = 100_000;

export function measureDeliveries(population: Population, samples: number): Deliveries {
  const traits = { visits: 0, active: 0, posts: 0 };
  const asked = evenSample(population, TRAITS_ASKED);
  for (const person of asked.map((id) => population.person(id))) {
    traits.visits += person.visitShare;
    traits.active += person.isActive ? 1 : 0;
    traits.posts += person.visitShare * person.postsADay;
  }
  const sums = { posts: 0, toAll: 0, toActive: 0, friends: 0, activeFriends: 0 };
  for (const id of evenSample(population, samples)) {
    const friends = population.friends(id);
    const activeFriends = friends.length * activeShare(population, friends);
    // Expected posts in place of the person's own: the same means, without their heavy tail.
    const posts = population.expectedPostsADay(id);
    sums.posts += posts;
    sums.toAll += posts * friends.length;
    sums.toActive += posts * activeFriends;
    sums.friends += friends.length;
    sums.activeFriends += activeFriends;
  }
  return {
    dailyShare: traits.visits / asked.length,
    activeShare: traits.active / asked.length,
    postsAVisitor: traits.posts / traits.visits,
    activeShareOfFriends: sums.activeFriends / sums.friends,
    toAllFriends: sums.toAll / sums.posts,
    toActiveFriends: sums.toActive / sums.posts,
  };
}

function activeShare(population: Population, friends: Int32Array): number {
  const asked = Math.min(friends.length, FRIENDS_ASKED);
  let active = 0;
  for (let i = 0; i < asked; i++) {
    const friend = friends[Math.floor(((i + 0.5) * friends.length) / asked)];
    if (population.active.has(friend)) active++;
  }
  return active / Math.max(1, asked);
}
