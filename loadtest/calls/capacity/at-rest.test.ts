import { expect, it } from "vitest";
import { untilAtRest } from "./at-rest.ts";

/** A target whose answers take so long, one after the other; each time it is asked takes a second. */
function target(...tookMs: readonly (number | undefined)[]) {
  let asked = 0;
  const ask = async () => tookMs[Math.min(asked++, tookMs.length - 1)];
  return { ask, nowSeconds: () => asked };
}

it("asks until answers take no less than those before", async () => {
  const { ask, nowSeconds } = target(undefined, 5_000, 4_000, 1_500, 3, 2, 2);
  await untilAtRest(ask, 60, nowSeconds);
  expect(nowSeconds()).toBe(7);
  const rested = target(2);
  await untilAtRest(rested.ask, 60, rested.nowSeconds);
  expect(rested.nowSeconds()).toBe(2);
});

it("gives up after its time, and says what answers were like", async () => {
  const silent = target(undefined);
  await expect(untilAtRest(silent.ask, 10, silent.nowSeconds)).rejects.toThrow("do not come");
  const falling = target(9_000, 7_000, 5_000, 3_000);
  await expect(untilAtRest(falling.ask, 3, falling.nowSeconds)).rejects.toThrow(
    "take 5000 ms, less each time",
  );
});
