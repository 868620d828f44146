import { expect, test } from "vitest";
import { mondayOf } from "./days.ts";
import { Figures } from "./figures.ts";
import { retentionOf } from "./reports.ts";

const NOWHERE = { client: "", device: "", place: "" };
const WEEK = 7;

test("retention is of the newest week whose later week is over", () => {
  const figures = new Figures();
  const first = mondayOf(20_000);
  const people = Array.from({ length: 20 }, (_, i) => ({ low: i + 1, high: 0 }));
  figures.begin(first + 1);
  for (const one of people) figures.addPerson(first + 1, one, false, NOWHERE);
  const later = first + WEEK + 2;
  figures.begin(later);
  for (const one of people.slice(0, 5)) figures.addActive(later, one, first + 1, NOWHERE);
  figures.addPerson(later, { low: 99, high: 0 }, false, NOWHERE);
  // The week after is not over: its last day may bring more of them back.
  expect(retentionOf(figures, first + 2 * WEEK - 1, 1)).toBe(0);
  expect(retentionOf(figures, first + 2 * WEEK, 1)).toBe(0.25);
  // Nobody of the second week has come back in the third.
  expect(retentionOf(figures, first + 3 * WEEK, 1)).toBe(0);
  expect(retentionOf(figures, first + 5 * WEEK, 4)).toBe(0);
});
