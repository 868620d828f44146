import { expect, it } from "vitest";
import { EarlyArrivals } from "./early-arrivals.ts";

it("are given to their post once", () => {
  const early = new EarlyArrivals();
  early.add(5n, 1n, 0, 0);
  early.add(5n, 1n, 3, 10);
  expect(early.take(5n).map(({ watcher }) => watcher)).toEqual([0, 3]);
  expect(early.take(5n)).toEqual([]);
});

it("are kept for ten seconds, and in bounds", () => {
  const early = new EarlyArrivals();
  early.add(5n, 1n, 0, 0);
  early.add(6n, 1n, 0, 9_000_000);
  early.add(7n, 1n, 0, 10_000_001);
  expect([5n, 6n, 7n].map((postId) => early.take(postId).length)).toEqual([0, 1, 1]);
  for (let id = 0n; id < 50_000n; id++) early.add(id, 1n, 0, 20_000_000);
  expect(early.posts).toBeLessThanOrEqual(20_000);
  expect(early.take(49_999n)).toHaveLength(1);
});
