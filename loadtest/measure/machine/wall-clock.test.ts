import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WallClockWatch } from "./wall-clock.ts";

const state = { monotonicMs: 0, wallMs: 1e12, readingMs: 0 };

const CLOCKS = {
  wallMs: () => state.wallMs,
  monotonicMs: () => (state.monotonicMs += state.readingMs),
};

function goOn(ms: number, stepMs = 0) {
  state.monotonicMs += ms;
  state.wallMs += ms + stepMs;
}

/** What is seen of steps that come a second after one another. */
function largestOf(...stepsMs: readonly number[]): number {
  using watch = new WallClockWatch(CLOCKS);
  for (const stepMs of stepsMs) {
    goOn(1_000, stepMs);
    watch.look();
  }
  return watch.look();
}

describe("a watch of the wall clock", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    state.readingMs = 0;
  });

  it("finds the largest step, either way, also when it is taken back", () => {
    expect(largestOf(0, 3_600_000, 0)).toBe(3_600_000);
    expect(largestOf(150, -2_000, 0, 1_850)).toBe(-2_000);
  });

  it("takes no slewed clock for a step, however long it is slewed", () => {
    expect(largestOf(...new Array(600).fill(0.5))).toBe(0);
    expect(largestOf(100, -100)).toBe(0);
  });

  it("believes no reading between whose clocks the process stood still", () => {
    using watch = new WallClockWatch(CLOCKS);
    state.readingMs = 500;
    expect(watch.look()).toBe(0);
    state.readingMs = 0;
    state.wallMs += 1_000; // the clocks as they would be without a step
    expect(watch.look()).toBe(0);
  });

  it("looks by itself each second, until it is disposed", () => {
    const watch = new WallClockWatch(CLOCKS);
    for (const stepMs of [400, -400]) {
      goOn(1_000, stepMs);
      vi.advanceTimersByTime(1_000);
    }
    watch[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
    expect(watch.look()).toBe(400);
  });
});
