import { expect, it } from "vitest";
import { createPopulation } from "../../population/population.ts";
import { entriesRead, type Reader, readersOf, sharesRead } from "./read-ages.ts";

const reader: Reader = { sessions: 2, scrolls: 1, postsADay: 40 };

it("halves with each page, when every session goes on to the next one half of the times", () => {
  const shares = sharesRead(entriesRead([reader]), [
    ({ rank }) => rank <= 20,
    ({ rank }) => rank <= 40,
    ({ ageDays }) => ageDays <= 1,
  ]);
  expect(shares[0]).toBeCloseTo(0.5, 4);
  expect(shares[1]).toBeCloseTo(0.75, 4);
  expect(shares[2]).toBe(shares[1]);
});

it("weighs readers by how often they come, and leaves out who has nothing to read", () => {
  const rare = { ...reader, sessions: 1, postsADay: 1 };
  const nobody = { ...reader, postsADay: 0 };
  const [young] = sharesRead(entriesRead([reader, rare, nobody]), [({ ageDays }) => ageDays <= 1]);
  expect(young).toBeCloseTo((2 * 40 * 0.75 + 1) / (2 * 40 + 40), 2);
});

it("reads what the population reads: a hundred posts a visitor and day", () => {
  const population = createPopulation({ people: 100_000, seed: 1 });
  const readers = readersOf(population, 20_000);
  const posts = [...entriesRead(readers)].reduce((sum, { weight }) => sum + weight, 0);
  expect(posts / (20_000 * 0.1)).toBeGreaterThan(90);
  expect(posts / (20_000 * 0.1)).toBeLessThan(110);
});
