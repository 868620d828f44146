import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph } from "./graph.ts";

/** Sizes at which every person is looked at. */
const SMALL = [100, 101, 237, 500, 1_000];
const LARGE = [5_000, 100_000, 1_000_000, 50_000_000, 500_000_000, 2_147_483_647];

describe.each(SMALL)("all of a world of %i", (people) => {
  const graph = createGraph({ people, seed: people });
  const lists = Array.from({ length: people }, (_, i) => graph.friends(i + 1));

  test("friendship is symmetric, never with oneself, never twice, and nobody has too many", () => {
    lists.forEach((friends, i) => {
      const person = i + 1;
      const isAscending = friends.every((friend, n) => n === 0 || friend > friends[n - 1]);
      const isMutual = friends.every((friend) => lists[friend - 1]?.includes(person));
      expect([isAscending, isMutual, friends.includes(person)]).toEqual([true, true, false]);
      expect(friends.length).toBeLessThanOrEqual(Math.floor(people / 20));
    });
  });

  test("areFriends and degree agree with friends", () => {
    for (let person = 1; person <= Math.min(people, 60); person++) {
      const friends = lists[person - 1];
      const known = lists.flatMap((_, i) => (graph.areFriends(person, i + 1) ? [i + 1] : []));
      expect(known).toEqual([...friends]);
      expect(graph.degree(person)).toBe(friends.length);
    }
  });

  test("nearly all friends that were given are there", () => {
    const realised = lists.reduce((sum, friends) => sum + friends.length, 0);
    const nominal = graph.rows.reduce((sum, row) => sum + row.degree * row.people, 0);
    expect(realised / nominal).toBeGreaterThan(0.93);
    expect(realised / nominal).toBeLessThan(1.02);
  });
});

describe.each(LARGE)("a world of %i", (people) => {
  const graph = createGraph({ people, seed: 7 });
  const aPerson = fc.integer({ min: 1, max: people });

  test("friendship is symmetric in hundreds of pairs, bounded and without repeats", () => {
    let pairs = 0;
    const property = fc.property(aPerson, (person) => {
      const friends = graph.friends(person);
      expect(friends.length).toBeLessThanOrEqual(graph.maxFriends);
      expect(new Set(friends).size).toBe(friends.length);
      for (let n = 0; n < friends.length; n += 1 + Math.floor(friends.length / 12)) {
        const friend = friends[n];
        expect(friend).not.toBe(person);
        expect(graph.friends(friend).includes(person)).toBe(true);
        expect(graph.areFriends(friend, person)).toBe(true);
        pairs++;
      }
    });
    fc.assert(property, { numRuns: 60 });
    expect(pairs).toBeGreaterThan(300);
  });

  test("strangers are no friends", () => {
    const property = fc.property(aPerson, aPerson, (one, other) => {
      expect(graph.areFriends(one, other)).toBe(graph.friends(one).includes(other));
    });
    fc.assert(property, { numRuns: 60 });
  });

  test("the exact degree is near the nominal one, which rises with the rank", () => {
    const ranks = Array.from({ length: 50 }, (_, i) => Math.floor((people * i) / 50));
    const persons = ranks.map((rank) => graph.personAtRank(rank));
    const nominal = persons.map((person) => graph.nominalDegree(person));
    expect(nominal).toEqual(nominal.toSorted((a, b) => a - b));
    expect(persons.map((person) => graph.rankOf(person))).toEqual(ranks);
    persons.forEach((person, i) => {
      const off = Math.abs(graph.degree(person) - nominal[i]);
      expect(off).toBeLessThanOrEqual(2 + (people < 1e6 ? 0.1 : 0.02) * nominal[i]);
    });
  });

  test("tables have a row a degree, however many people", () => {
    expect(graph.rows.length).toBeLessThanOrEqual(5_000);
    expect(graph.rows.reduce((sum, row) => sum + row.people, 0)).toBe(people);
  });
});

test("other seeds make other friends; the same seed the same", () => {
  const [a, b, c] = [1, 1, 2].map((seed) => createGraph({ people: 1_000_000, seed }).friends(5));
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});

test("celebrities have as many friends as asked for, more or less, and are friends of theirs", () => {
  const celebrities = { count: 3, friends: 20_000 };
  const graph = createGraph({ people: 10_000_000, seed: 1, celebrities });
  const star = graph.personAtRank(graph.people - 1);
  const friends = graph.friends(star);
  expect(friends.length).toBeGreaterThan(19_000);
  expect(friends.length).toBeLessThanOrEqual(20_000);
  for (let n = 0; n < friends.length; n += 500) {
    expect(graph.friends(friends[n]).includes(star)).toBe(true);
  }
  expect(graph.nominalDegree(graph.personAtRank(graph.people - 4))).toBeLessThanOrEqual(5_000);
});

test.each([
  [{ people: 99, seed: 1 }, /people: 99 is not a whole number from 100/],
  [{ people: 1_000, seed: -1 }, /seed: -1/],
  [{ people: 1_000, seed: 1, celebrities: { count: 11, friends: 50 } }, /celebrities: 11/],
  [{ people: 1e6, seed: 1, celebrities: { count: 1, friends: 60_000 } }, /friends of a celebrity/],
])("a world that cannot be is refused: %o", (world, message) => {
  expect(() => createGraph(world)).toThrow(message);
});

test.each([0, -1, 1.5, 1_001, Number.NaN])("%d is no person of a world of 1,000", (person) => {
  const graph = createGraph({ people: 1_000, seed: 1 });
  const message = "is no person: people are 1 to 1000";
  expect(() => graph.friends(person)).toThrow(message);
  expect(() => graph.nominalDegree(person)).toThrow(message);
  expect(() => graph.rankOf(person)).toThrow(message);
  expect(() => graph.areFriends(1, person)).toThrow(message);
});

/** A change here changes every world: results of load tests can no longer be compared. */
test("the friends of 200 people at full size are the ones they always were", () => {
  const graph = createGraph({ people: 500_000_000, seed: 1 });
  const digest = createHash("sha256");
  for (let person = 1; person <= 200; person++) {
    digest.update(`${person}: ${graph.friends(person).join()}\n`);
  }
  expect(digest.digest("hex")).toBe(
    "d3ce9029d692794cd44eb0e1ffcbf07f8c167579d580eee8fae96c86eb380067",
  );
});
