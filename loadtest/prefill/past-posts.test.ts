import { expect, test } from "vitest";
import { createPopulation } from "../../population/population.ts";
import { POST_EPOCH_MS, postTimeMs } from "../../services/model/ids.ts";
import { makePastPosts, postsByAuthor } from "./past-posts.ts";

const PEOPLE = 20_000;
const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 4, 3, 17, 30);
const population = createPopulation({ people: PEOPLE, seed: 3 });
const posts = makePastPosts(population, { days: 2, endMs: END_MS, seed: 3 }, () => {});

test("people who are active post 2.5 times a visit, in the days up to the end, at the hours of their days", () => {
  // Posts of a session vary: a variance of 9 beside a mean of 1, measured over many.
  const mean = 2 * 0.1 * PEOPLE * 2.5;
  expect(Math.abs(posts.count - mean)).toBeLessThan(4 * Math.sqrt(10 * mean));
  const times = Array.from({ length: posts.count }, (_, post) => postTimeMs(posts.id(post)));
  expect(times[0]).toBeGreaterThanOrEqual(END_MS - 2 * DAY_MS);
  expect(times.at(-1)).toBeLessThan(END_MS);
  expect(posts.author.every((author) => population.active.has(author))).toBe(true);
  // 20:00 in the largest zone of home is 1:00 UTC; the epoch of ids is a midnight.
  const hours = new Array<number>(24).fill(0);
  for (const time of times) hours[Math.trunc(((time - POST_EPOCH_MS) % DAY_MS) / 3_600_000)]++;
  expect(hours[1]).toBeGreaterThan(5 * hours[13]);
});

test("ids rise, and name nobody twice, also within a millisecond", () => {
  const crowd = createPopulation({ people: 2_000_000, seed: 3 });
  const many = makePastPosts(crowd, { days: 1, endMs: END_MS, seed: 3 }, () => {});
  let ties = 0;
  for (let post = 1; post < many.count; post++) {
    const [before, id] = [many.id(post - 1), many.id(post)];
    if (id <= before) throw new Error(`${id} after ${before}`);
    if (postTimeMs(before) === postTimeMs(id)) ties++;
  }
  expect(ties).toBeGreaterThan(100);
});

test("the same again for the same end and seed, with the same texts", () => {
  const again = makePastPosts(population, { days: 2, endMs: END_MS, seed: 3 }, () => {});
  const contents = ({ id, text }: typeof posts) =>
    Array.from({ length: 100 }, (_, i) => `${id(37 * i)} ${text(37 * i)}`);
  expect(contents(again)).toEqual(contents(posts));
  expect(new Set(contents(posts)).size).toBe(100);
});

test("every post is found under its author, oldest first", () => {
  const { start, order } = postsByAuthor(posts, PEOPLE);
  const seen = new Set<number>();
  for (let person = 1; person <= PEOPLE; person++) {
    const own = [...order.subarray(start[person], start[person + 1])];
    expect(own).toEqual(own.toSorted((a, b) => a - b));
    for (const post of own) {
      expect(posts.author[post]).toBe(person);
      seen.add(post);
    }
  }
  expect(seen.size).toBe(posts.count);
});
