import { describe, expect, it } from "vitest";
import { createPopulation } from "../../../population/population.ts";
import { chooseWatchers } from "./choose-watchers.ts";
import { WatchedAuthors } from "./watched-authors.ts";

const SEED = 20_261_121;
const population = createPopulation({ people: 20_000, seed: SEED });
const choice = { watchers: 100, seed: SEED, isHere: () => true, postsPerSecond: 0 };
const activeFriends = (friends: Int32Array) => friends.filter(population.active.has).length;
const mean = (counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0) / counts.length;

describe(`watchers (seed ${SEED})`, () => {
  it("are different active people with more active friends than most, the same for a seed", () => {
    const { viewers, friends } = chooseWatchers(population, choice);
    expect(new Set(viewers).size).toBe(100);
    expect(viewers.every(population.active.has)).toBe(true);
    expect(friends).toEqual(viewers.map(population.friends));
    const everyone = Array.from({ length: 500 }, (_, i) => population.active.personAt(9 * i));
    const usual = mean(everyone.map((person) => activeFriends(population.friends(person))));
    expect(mean(friends.map(activeFriends))).toBeGreaterThan(1.5 * usual);
    expect(chooseWatchers(population, choice).viewers).toEqual(viewers);
    expect(chooseWatchers(population, { ...choice, seed: 2 }).viewers).not.toEqual(viewers);
  });

  it("are people of the slice; all there are when there are few", () => {
    const isHere = (person: number) => person % 64 === 0;
    const { viewers } = chooseWatchers(population, { ...choice, isHere });
    expect(viewers.every(isHere)).toBe(true);
    expect(viewers.length).toBeGreaterThan(60);
    expect(() => chooseWatchers(population, { ...choice, isHere: () => false })).toThrow(
      "Use a larger world",
    );
  });

  it("are so few that all that they are shown can be read along", () => {
    const { friends } = chooseWatchers(population, { ...choice, postsPerSecond: 2_000 });
    const perPost = friends.map(activeFriends).reduce((sum, n) => sum + n, 0);
    const perSecond = (2_000 * perPost) / population.active.count;
    expect(perSecond).toBeLessThanOrEqual(1_000);
    expect(perSecond).toBeGreaterThan(500);
  });

  it("are found by their friends", () => {
    const { friends } = chooseWatchers(population, choice);
    const authors = new WatchedAuthors(friends);
    for (let author = 1; author <= population.people; author += 7) {
      const row = authors.rowOf(author);
      const found =
        row < 0 ? [] : [...authors.watchers.subarray(authors.starts[row], authors.starts[row + 1])];
      const expected = friends.flatMap((own, watcher) => (own.includes(author) ? [watcher] : []));
      expect(found).toEqual(expected);
      for (const watcher of expected)
        expect(authors.watchers[authors.placeOf(row, watcher)]).toBe(watcher);
      if (row >= 0) expect(authors.placeOf(row, 1_000)).toBe(-1);
    }
  });
});
