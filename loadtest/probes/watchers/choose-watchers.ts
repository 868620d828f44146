import { keyOf, unit } from "../../../population/hash.ts";
import type { Population } from "../../../population/population.ts";

/** What probes need of a population. */
export type ProbedPopulation = Pick<Population, "active" | "friends" | "text">;

export interface Watchers {
  /** Person ids, by the watcher's index. */
  readonly viewers: readonly number[];
  /** Ascending, by the watcher's index. */
  readonly friends: readonly Int32Array[];
}

export interface WatcherChoice {
  /** At most so many. */
  readonly watchers: number;
  readonly seed: number;
  /** Whether this person's timeline is in the target. */
  readonly isHere: (person: number) => boolean;
  /** Expected of the whole run; 0: not known. */
  readonly postsPerSecond: number;
}

/** Of so many drawn, the one with the most active friends watches. */
const DRAWN_EACH = 4;
/** An owner slice may hold one viewer of hundreds. */
const MAX_DRAWS_EACH = 4_000;
/** An entry costs the generator some 50 us: the probe stays within a twentieth of a core. */
const MAX_ENTRIES_PER_SECOND = 1_000;

/**
 * Active people whose friends post, so that few streams meet many posts. How late an entry is depends on
 * its author's list and on its owner, hardly on how many friends its viewer has: the choice does no harm.
 * In a crowded world anyone meets many: there they are fewer, and as they come, so that reading along stays
 * cheap. Throws RangeError when nobody is found.
 */
export function chooseWatchers(population: ProbedPopulation, choice: WatcherChoice): Watchers {
  const drawn = draw(population, choice);
  const each = Math.max(1, Math.min(DRAWN_EACH, Math.floor(drawn.length / choice.watchers)));
  const busy = pick(population, choice, drawn, each);
  const viewers = busy.isCrowded ? pick(population, choice, drawn, 1).viewers : busy.viewers;
  if (viewers.length > 0) return { viewers, friends: viewers.map(population.friends) };
  throw new RangeError(
    `Nobody can watch: of ${population.active.count} active people none was found whose timeline is in this ` +
      "target and who has an active friend. Use a larger world, or a slice with fewer owners.",
  );
}

/** Of every `each` drawn the one with the most active friends; fewer, if they are shown too much. */
function pick(
  population: ProbedPopulation,
  { watchers, postsPerSecond }: WatcherChoice,
  drawn: readonly number[],
  each: number,
): { readonly viewers: readonly number[]; readonly isCrowded: boolean } {
  const perFriend = postsPerSecond / population.active.count;
  const viewers: number[] = [];
  let entriesPerSecond = 0;
  for (let at = 0; at + each <= drawn.length && viewers.length < watchers; at += each) {
    const best = busiest(population, drawn.slice(at, at + each));
    if (best.activeFriends === 0) continue;
    entriesPerSecond += best.activeFriends * perFriend;
    if (viewers.length > 0 && entriesPerSecond > MAX_ENTRIES_PER_SECOND) {
      return { viewers, isCrowded: true };
    }
    viewers.push(best.person);
  }
  return { viewers, isCrowded: false };
}

/** Different active people of the target, in an order given by the seed. */
function draw({ active }: ProbedPopulation, { watchers, seed, isHere }: WatcherChoice): number[] {
  const wanted = watchers * DRAWN_EACH;
  const key = keyOf(seed, 31);
  const drawn = new Set<number>();
  for (let n = 0; n < watchers * MAX_DRAWS_EACH && drawn.size < wanted; n++) {
    const person = active.personAt(Math.floor(unit(keyOf(key, n)) * active.count));
    if (isHere(person)) drawn.add(person);
  }
  return [...drawn];
}

function busiest({ friends, active }: ProbedPopulation, people: readonly number[]) {
  const known = people.map((person) => ({
    person,
    activeFriends: friends(person).reduce((count, one) => count + (active.has(one) ? 1 : 0), 0),
  }));
  return known.reduce((best, one) => (one.activeFriends > best.activeFriends ? one : best));
}
