import { afterEach, expect, it, vi } from "vitest";
import { InFlight } from "./in-flight.ts";

const MOST_MS = 60_000;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function watched() {
  vi.useFakeTimers();
  const calls = new InFlight();
  const late: number[] = [];
  const watch = calls.watch(MOST_MS, (number) => late.push(number));
  return { calls, late, watch };
}

it("tells of a call that takes too long, while it does", () => {
  const { calls, late, watch } = watched();
  const ended = calls.begin(7);
  vi.advanceTimersByTime(MOST_MS);
  expect(late).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(late).toEqual([7, 7]);
  ended();
  vi.advanceTimersByTime(2_000);
  expect(late).toHaveLength(2);
  watch[Symbol.dispose]();
});

it("holds no call late that waited while the process itself was stopped", () => {
  const { calls, late, watch } = watched();
  calls.begin(7);
  const resumedMs = performance.now() + 10 * MOST_MS;
  vi.spyOn(performance, "now").mockReturnValue(resumedMs);
  vi.advanceTimersByTime(2_000);
  expect(late).toEqual([]);
  watch[Symbol.dispose]();
});
