import { expect, test } from "vitest";
import { createActiveRanks } from "./active-ranks.ts";

const ROWS = [
  { degree: 1, people: 1_000 },
  { degree: 2, people: 3 },
  { degree: 10, people: 777 },
  { degree: 900, people: 1 },
];
const PEOPLE = 1_781;

test.each([
  ["some", (degree: number) => Math.min(1, 0.1 + degree / 20)],
  ["none of the lowest degree", (degree: number) => (degree < 2 ? 0 : 0.5)],
  ["all", () => 1],
])("numbers the active and finds them again: %s", (_, shareAt) => {
  const active = createActiveRanks(ROWS, shareAt);
  const expected = ROWS.reduce((sum, { degree, people }) => sum + people * shareAt(degree), 0);
  expect(Math.abs(active.count - expected)).toBeLessThanOrEqual(0.5);
  const ranks = Array.from({ length: active.count }, (_, i) => active.rankAt(i, active.rowOf(i)));
  expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => a - b));
  const indexes = Array.from({ length: PEOPLE }, (_, rank) => active.indexAt(rank));
  expect(indexes.filter((index) => index >= 0)).toEqual(ranks.map((_, i) => i));
  for (const [i, rank] of ranks.entries()) expect(indexes[rank]).toBe(i);
});
