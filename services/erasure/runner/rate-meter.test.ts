import { expect, test } from "vitest";
import { RateMeter } from "./rate-meter.ts";

/** Two seconds of looking, then an item in 200 ms, and 221 in the next 800. */
function shortJob(): RateMeter {
  const meter = new RateMeter();
  meter.note({ phase: "discovering", deleted: 0 }, 0);
  meter.note({ phase: "deleting", deleted: 0 }, 2_000);
  meter.note({ phase: "deleting", deleted: 1 }, 2_200);
  meter.note({ phase: "deleting", deleted: 222 }, 3_000);
  return meter;
}

test("a rate is over the time of deleting, not over that of looking", () => {
  expect(shortJob().mean).toBe(222);
  const looking = shortJob();
  looking.note({ phase: "discovering", deleted: 222 }, 3_000);
  looking.note({ phase: "discovering", deleted: 222 }, 60_000);
  looking.note({ phase: "deleting", deleted: 222 }, 61_000);
  expect(looking.mean).toBe(222);
});

test("what is short has a rate before half a second is over", () => {
  const meter = new RateMeter();
  expect(meter.lately).toBe(0);
  meter.note({ phase: "deleting", deleted: 0 }, 7_000);
  expect(meter.lately).toBe(0);
  meter.note({ phase: "deleting", deleted: 30 }, 7_100);
  expect(meter.lately).toBe(300);
});

test("what takes long is measured by what went lately", () => {
  const meter = new RateMeter();
  meter.note({ phase: "deleting", deleted: 0 }, 0);
  for (let second = 1; second <= 60; second++) {
    const deleted = second <= 30 ? second * 1_000 : 30_000 + (second - 30) * 10;
    meter.note({ phase: "deleting", deleted }, second * 1_000);
  }
  expect(meter.lately).toBeCloseTo(10, 0);
  expect(meter.mean).toBeCloseTo(505, 0);
});
