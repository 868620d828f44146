import { describe, expect, it } from "vitest";
import { seededRandom } from "../storage/log/testing/random.ts";
import { type Listed, NOWHERE, Roster } from "./roster.ts";

interface Person extends Listed {
  readonly name: number;
}

const PEOPLE = Array.from({ length: 40 }, (_, name): Person => ({ name, place: NOWHERE }));

describe("a roster", () => {
  it("has whom a set would have, after any history", () => {
    const random = seededRandom(12);
    const roster = new Roster<Person>();
    const set = new Set<Person>();
    for (let step = 0; step < 5_000; step++) {
      const person = PEOPLE[Math.floor(random() * PEOPLE.length)];
      const keeper = random() < 0.5 ? "add" : "delete";
      roster[keeper](person);
      set[keeper](person);
      expect(roster.size).toBe(set.size);
      if (step % 50 === 0) expect(new Set(roster)).toEqual(set);
    }
  });

  it("visits everyone once who is still there, whoever leaves meanwhile", () => {
    const roster = new Roster<Person>();
    const [a, b, c] = PEOPLE.map(({ name }): Person => ({ name, place: NOWHERE }));
    for (const one of [a, b, c]) roster.add(one);
    const visited: Person[] = [];
    for (const one of roster) {
      visited.push(one);
      roster.delete(a);
      roster.delete(c);
    }
    expect(visited).toEqual([a, b]);
    expect(roster.size).toBe(1);
  });

  it("takes nobody for its own who stands on another", () => {
    const [here, there] = [new Roster<Person>(), new Roster<Person>()];
    const one = { name: 1, place: NOWHERE };
    const other = { name: 2, place: NOWHERE };
    here.add(one);
    there.add(other);
    here.delete(other);
    expect([here.size, there.size]).toEqual([1, 1]);
  });
});
