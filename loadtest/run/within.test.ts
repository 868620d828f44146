import { expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { within } from "./within.ts";

it("gives what the work gives, or undefined when its time is over; no timer stays", async () => {
  const clock = new ManualClock();
  expect(await within(10, Promise.resolve("done"), clock)).toBe("done");
  await expect(within(10, Promise.reject(new Error("no")), clock)).rejects.toThrow("no");
  const late = within(10, new Promise(() => {}), clock);
  await clock.advance(10);
  expect(await late).toBeUndefined();
  expect(clock.sleeperCount).toBe(0);
});
