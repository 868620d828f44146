import { expect, it } from "vitest";
import { population, small } from "../../sessions/testing/plan-for.ts";
import { viewersOf } from "./hold-streams-of.ts";

const of = (streams: number, generator: number, generators: number) =>
  viewersOf({ scenario: small({ streams }), generator, generators }, population);

it("shares the streams among generators: active people, each once, more of them beside the same", () => {
  const all = of(100, 0, 1);
  expect(new Set(all).size).toBe(100);
  expect(all.every((person) => population.active.has(person))).toBe(true);
  expect([0, 1, 2].flatMap((generator) => of(100, generator, 3)).toSorted()).toEqual(
    all.toSorted(),
  );
  expect(of(200, 0, 1).slice(0, 100)).toEqual(all);
  expect(viewersOf({ scenario: small(), generator: 0, generators: 1 }, population)).toEqual([]);
});
