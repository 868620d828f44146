import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { thinned } from "./thinned.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("says the first of a flood at once, and the rest once in a while, by the newest and their count", () => {
  const said: string[] = [];
  const say = thinned(1_000, (newest: number, count) => said.push(`${newest} of ${count}`));
  for (let i = 1; i <= 500; i++) say(i);
  expect(said).toEqual(["1 of 1"]);
  vi.advanceTimersByTime(1_000);
  expect(said).toEqual(["1 of 1", "500 of 499"]);
  say(501);
  vi.advanceTimersByTime(5_000);
  say(502);
  expect(said.slice(2)).toEqual(["501 of 1", "502 of 1"]);
  expect(vi.getTimerCount()).toBe(1);
});
