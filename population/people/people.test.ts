import { expect, test } from "vitest";
import { MAX_TEXT_BYTES } from "../../services/model/limits.ts";
import { createPopulation } from "../population.ts";
import { POSTS_A_VISITOR_AND_DAY, READS_A_VISITOR_AND_DAY } from "./activity.ts";
import { SCRIPTS } from "./scripts.ts";
import { MAX_TEXT_PLAN_BYTES, planText, writeText } from "./texts.ts";
import { ZONES } from "./zones.ts";

const population = createPopulation({ people: 500_000_000, seed: 4 });
const SAMPLE = 20_000;
const people = Array.from({ length: SAMPLE }, (_, i) =>
  population.person(population.personAtRank(Math.floor(((i + 0.5) * population.people) / SAMPLE))),
);
const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

test("a person is the same whenever asked, and another in another world", () => {
  expect(population.person(5)).toEqual(population.person(5));
  const other = createPopulation({ people: 500_000_000, seed: 5 });
  expect(other.person(5)).not.toEqual(population.person(5));
});

const active = people.filter(({ isActive }) => isActive);

test("who has more friends is more often active, and posts more", () => {
  const few = people.slice(0, SAMPLE / 4);
  const many = people.slice((3 * SAMPLE) / 4);
  const activeShare = (some: typeof people) => meanOf(some.map(({ isActive }) => Number(isActive)));
  const posts = (some: typeof people) =>
    meanOf(some.filter(({ isActive }) => isActive).map(({ postsADay }) => postsADay));
  expect(activeShare(many)).toBeGreaterThan(3 * activeShare(few));
  expect(posts(many)).toBeGreaterThan(2 * posts(few));
});

test("posting is heavy-tailed: a tenth writes more than half", () => {
  const posts = active.map(({ postsADay }) => postsADay).sort((a, b) => b - a);
  const some = posts.slice(0, posts.length / 10);
  expect(meanOf(some) / 10).toBeGreaterThan(0.5 * meanOf(posts));
});

test("nobody visits without being active, and rates are such that a day can hold them", () => {
  expect(people.every(({ visitShare, isActive }) => visitShare > 0 === isActive)).toBe(true);
  expect(Math.max(...people.map(({ visitShare }) => visitShare))).toBeLessThanOrEqual(1);
  expect(Math.max(...people.map(({ postsADay }) => postsADay))).toBeLessThan(5_000);
  expect(Math.min(...active.map(({ sessionsADay }) => sessionsADay))).toBeGreaterThanOrEqual(1);
});

test("visitors of a day have the means of the design", () => {
  const world = createPopulation({ people: 200_000, seed: 4 });
  let [visits, sessions, posts, reads] = [0, 0, 0, 0];
  for (let index = 0; index < world.active.count; index++) {
    const person = world.person(world.active.personAt(index));
    visits += person.visitShare;
    sessions += person.visitShare * person.sessionsADay;
    posts += person.visitShare * person.postsADay;
    reads += person.visitShare * person.readsADay;
  }
  expect(visits / 20_000).toBeCloseTo(1, 2);
  expect(sessions / visits).toBeCloseTo(2.5, 2);
  // Drawn with heavy tails: what 48,000 people come to.
  expect(posts / visits / POSTS_A_VISITOR_AND_DAY).toBeCloseTo(1, 1);
  expect(reads / visits / READS_A_VISITOR_AND_DAY).toBeCloseTo(1, 1);
});

test("the active can be numbered and found again, and are those of whom a person says so", () => {
  const world = createPopulation({ people: 3_000, seed: 4 });
  const numbered = Array.from({ length: world.active.count }, (_, i) => world.active.personAt(i));
  const ids = Array.from({ length: 3_000 }, (_, i) => i + 1);
  expect(numbered.toSorted((a, b) => a - b)).toEqual(ids.filter(world.active.has));
  expect(ids.filter((id) => world.person(id).isActive)).toEqual(ids.filter(world.active.has));
  expect(world.active.count).toBe(720);
  for (const index of [-1, 720, 0.5]) {
    expect(() => world.active.personAt(index)).toThrow("active people are numbered 0 to 719");
  }
  expect(() => world.active.has(3_001)).toThrow("people are 1 to 3000");
});

test("zones and scripts have their weights", () => {
  ZONES.home.forEach(({ weight }, zone) => {
    const share = people.filter((person) => person.zone === zone).length / SAMPLE;
    expect(share).toBeCloseTo(weight / 100, 1);
  });
  expect(new Set(people.map(({ script }) => script)).size).toBe(SCRIPTS.length);
});

test("texts are valid UTF-8 of exactly the planned bytes, and the same again", () => {
  expect(MAX_TEXT_PLAN_BYTES).toBe(MAX_TEXT_BYTES);
  const lengths: number[] = [];
  for (let post = 0; post < 4_000; post++) {
    const plan = planText(9, post, post % SCRIPTS.length);
    const text = writeText(plan);
    expect(Buffer.byteLength(text)).toBe(plan.bytes);
    expect(text).toBe(writeText(plan));
    expect(text.trim()).toBe(text);
    expect(text.isWellFormed()).toBe(true);
    lengths.push(plan.bytes);
  }
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...lengths)).toBe(MAX_TEXT_BYTES);
});

test.each(SCRIPTS.map((script, i) => [script.name, i]))(
  "%s: any length can be written",
  (_, script) => {
    for (const bytes of [1, 2, 3, 4, 5, 7, 1_024]) {
      const text = writeText({ seed: 1, script: Number(script), bytes });
      expect(Buffer.byteLength(text)).toBe(bytes);
    }
  },
);

test("a person's posts differ", () => {
  const texts = Array.from({ length: 50 }, (_, post) => writeText(population.text(7, post)));
  expect(new Set(texts).size).toBeGreaterThan(45);
});
