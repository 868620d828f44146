import { expect, it } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { Readings } from "./readings.ts";

function setUp() {
  const clock = new ManualClock();
  const done: string[] = [];
  const handle = { readStop: () => done.push("stop"), readStart: () => done.push("start") };
  const socket = { destroyed: false, _handle: handle };
  return { clock, done, socket, readings: new Readings(clock) };
}

it("a connection that two stop is read when the longer stop is over", async () => {
  const { clock, done, socket, readings } = setUp();
  expect(readings.of(socket).stopFor(100)).toBe(true);
  expect(readings.of(socket).stopFor(300)).toBe(false);
  await clock.advance(299);
  expect(done).toEqual(["stop", "stop"]);
  await clock.advance(1);
  expect(done).toEqual(["stop", "stop", "start"]);
  expect(readings.of(socket).stopFor(100)).toBe(true);
});

it("is stopped for a second at the most, and not for nothing", async () => {
  const { clock, done, socket, readings } = setUp();
  expect(readings.of(socket).stopFor(0)).toBe(false);
  readings.of(socket).stopFor(60_000);
  await clock.advance(1_000);
  expect(done).toEqual(["stop", "start"]);
});

it("a session of HTTP/2 is stopped by its socket, and one that is over not at all", () => {
  const { done, socket, readings } = setUp();
  expect(readings.of({ destroyed: false, socket }).stopFor(100)).toBe(true);
  expect(readings.of({ ...socket, destroyed: true }).stopFor(100)).toBe(false);
  expect(done).toEqual(["stop"]);
});
