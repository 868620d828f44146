import { expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { queuePressure } from "./queue-pressure.ts";

it("follows the depth of the queues, a second behind at most, and takes silence for full", async () => {
  const clock = new ManualClock();
  let depth: () => Promise<number> = async () => 25_000;
  let asked = 0;
  const pressure = queuePressure(() => {
    asked++;
    return depth();
  }, clock);
  const next = async () => {
    await clock.advance(1_000);
    pressure();
    await Promise.resolve();
    await Promise.resolve();
    return pressure();
  };
  expect(pressure()).toBe(0);
  expect(await next()).toBe(0.25);
  for (let call = 0; call < 100; call++) pressure();
  expect(asked).toBe(2);
  depth = async () => 1_000_000;
  expect(await next()).toBe(1);
  depth = async () => 0;
  expect(await next()).toBe(0);
  depth = () => Promise.reject(new Error("the broker is away"));
  expect(await next()).toBe(1);
});
