import { expect, it } from "vitest";
import { waitsOf } from "./waits.ts";

it("says what half, nearly all and the unluckiest waited", () => {
  const times = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect(waitsOf(times)).toEqual({ p50Ms: 100, p99Ms: 198, maxMs: 200, slow: 0 });
  expect(waitsOf([3, 501, 700])).toEqual({ p50Ms: 501, p99Ms: 700, maxMs: 700, slow: 2 });
  expect(waitsOf([])).toEqual({ p50Ms: 0, p99Ms: 0, maxMs: 0, slow: 0 });
});
