import { expect, it } from "vitest";
import { ExactWorker } from "./exact-pace.ts";

it("does exactly so many calls a second, in order, and refuses what would wait longer than 200 ms", () => {
  const worker = new ExactWorker(100);
  expect(worker.take(1_000)).toBe(1_010);
  expect(worker.take(1_000)).toBe(1_020);
  expect(worker.take(1_500)).toBe(1_510);
  let done = 0;
  // Twice as many as it can do, for 10 s: it does 1,000, and what waits when they end.
  for (let call = 0; call < 2_000; call++) {
    if (worker.take(2_000 + call * 5) !== undefined) done++;
  }
  expect(done).toBeGreaterThanOrEqual(1_000);
  expect(done).toBeLessThanOrEqual(1_022);
});
