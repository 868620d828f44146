import { expect, it } from "vitest";
import { ClockOffset } from "./clock-offset.ts";

/** A clock that is `aheadMs` ahead; its n-th reading takes so long, most of it before it is read. */
function clocks(aheadMs: () => number, slownessMs: (reading: number) => number) {
  let nowMs = 1_000;
  let readings = 0;
  return {
    pass: (ms: number) => {
      nowMs += ms;
    },
    hereMs: () => nowMs,
    thereMs: () => {
      const tookMs = slownessMs(readings++);
      const readMs = nowMs + 0.1 * tookMs + aheadMs();
      nowMs += tookMs;
      return readMs;
    },
  };
}

it("is not spoilt by a first reading that is cold, nor by one in which the thread lost its CPU", () => {
  const two = clocks(
    () => 50,
    (n) => (n === 0 ? 1.5 : n % 3 === 0 ? 4 : 0.001),
  );
  expect(new ClockOffset(two).ms).toBeCloseTo(50, 3);
});

it("follows a clock that drifts, and keeps what it knew while nothing can be read well", () => {
  let aheadMs = 50;
  let slowMs = 0.001;
  const two = clocks(
    () => aheadMs,
    () => slowMs,
  );
  const offset = new ClockOffset(two);
  aheadMs = 51;
  two.pass(500);
  expect(offset.ms).toBeCloseTo(50, 3);
  two.pass(600);
  expect(offset.ms).toBeCloseTo(51, 3);
  aheadMs = 52;
  slowMs = 3;
  two.pass(2_000);
  expect(offset.ms).toBeCloseTo(51, 3);
  slowMs = 0.002;
  two.pass(2_000);
  expect(offset.ms).toBeCloseTo(52, 2);
});
