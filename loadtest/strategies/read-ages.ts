import { evenSample } from "../../population/measure/degrees.ts";
import { DAY } from "../../population/people/audience.ts";
import type { Population } from "../../population/population.ts";

/** Somebody who reads, on an average day. */
export interface Reader {
  readonly sessions: number;
  /** Pages after the first of a session, on average. */
  readonly scrolls: number;
  /** Posts of their friends, all together. */
  readonly postsADay: number;
}

/** Entries that are read, by how far down they are and how old. */
export interface ReadEntry {
  /** Of the timeline's entries, newest first, from 1. */
  readonly rank: number;
  readonly ageDays: number;
  /** How often it is read, on any day. */
  readonly weight: number;
}

/** A session of more pages is rarer than one in a million. */
const LEAST_SHARE = 1e-6;
/** As the generator draws them: the number of scrolls of a session is geometric. */
const { postsPerPage } = DAY;

/** A sample of everybody, as far as they read. */
export function readersOf(population: Population, samples: number): readonly Reader[] {
  const ids = evenSample(population, samples);
  const people = ids.map((id) => ({
    ...population.person(id),
    friends: population.nominalDegree(id),
  }));
  const friendships = people.reduce((sum, { friends }) => sum + friends, 0);
  const posts = people.reduce(
    (sum, { friends, visitShare, postsADay }) => sum + friends * visitShare * postsADay,
    0,
  );
  // Who has many friends is many people's friend, and posts more.
  const postsOfAFriend = posts / friendships;
  return people
    .filter(({ sessionsADay }) => sessionsADay > 0)
    .map(({ friends, visitShare, sessionsADay, readsADay }) => ({
      sessions: visitShare * sessionsADay,
      scrolls: readsADay / postsPerPage / sessionsADay - 1,
      postsADay: friends * postsOfAFriend,
    }));
}

/** The entries that these read: each session from the newest on. An age is the mean one of its rank. */
export function* entriesRead(readers: readonly Reader[]): Generator<ReadEntry> {
  for (const { sessions, scrolls, postsADay } of readers) {
    if (postsADay === 0) continue;
    const goesOn = scrolls / (1 + scrolls);
    for (let page = 0, share = 1; share > LEAST_SHARE; page++, share *= goesOn) {
      for (let at = 1; at <= postsPerPage; at++) {
        const rank = page * postsPerPage + at;
        yield { rank, ageDays: rank / postsADay, weight: sessions * share };
      }
    }
  }
}

/** Of what is read, the share that `is` so, for each of several. */
export function sharesRead(
  entries: Iterable<ReadEntry>,
  questions: readonly ((entry: ReadEntry) => boolean)[],
): readonly number[] {
  let all = 0;
  const sums = questions.map(() => 0);
  for (const entry of entries) {
    all += entry.weight;
    questions.forEach((is, i) => {
      if (is(entry)) sums[i] += entry.weight;
    });
  }
  return sums.map((sum) => sum / all);
}
