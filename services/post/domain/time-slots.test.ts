import { expect, it } from "vitest";
import { makePostId, postTimeMs } from "../../model/ids.ts";
import { lastPostOf, PLACES, POST_LIFE_MS, periodOf } from "./time-slots.ts";

it("keeps all posts that may be shown in fewer periods than there are places", () => {
  const newest = makePostId(Date.UTC(2031, 3, 1), 0, 0);
  const oldest = makePostId(postTimeMs(newest) - POST_LIFE_MS, 0, 0);
  expect(periodOf(newest) - periodOf(oldest) + 1).toBeLessThan(PLACES - 1);
});

it("ends a period at its last post", () => {
  const period = periodOf(makePostId(Date.UTC(2026, 1, 1), 3, 4));
  expect(periodOf(lastPostOf(period))).toBe(period);
  expect(periodOf(lastPostOf(period) + 1n)).toBe(period + 1);
});
