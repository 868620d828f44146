import { expect, it } from "vitest";
import { drawsOf } from "./draws.ts";
import { scattered, zipfRank } from "./zipf.ts";

it("gives each rank as often as Zipf's law says", () => {
  const COUNT = 1_000;
  const draws = 200_000;
  const seen = new Array<number>(COUNT).fill(0);
  for (let i = 0; i < draws; i++) seen[zipfRank((i + 0.5) / draws, COUNT)]++;
  const zeta = seen.reduce((sum, _, i) => sum + (i + 1) ** -0.99, 0);
  for (const rank of [0, 1]) {
    expect(seen[rank] / draws).toBeCloseTo((rank + 1) ** -0.99 / zeta, 3);
  }
  // Gray's approximation is exact for the first two ranks only: the head as a whole within a twentieth.
  const head = seen.slice(0, 100).reduce((sum, n) => sum + n, 0) / draws;
  const law = Array.from({ length: 100 }, (_, i) => (i + 1) ** -0.99 / zeta);
  expect(head / law.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.95);
});

it("spreads hot ranks over all", () => {
  const draw = drawsOf(1, 0);
  const places = Array.from({ length: 50 }, () => scattered(zipfRank(draw(), 1_000), 1_000));
  expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(500);
  expect(places.every((place) => place >= 0 && place < 1_000)).toBe(true);
});
