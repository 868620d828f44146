import { expect, it } from "vitest";
import { TailPolls } from "./tail-polls.ts";

it("asks for who wrote lately, the more seldom the longer they are silent, and no more after a minute", () => {
  const polls = new TailPolls();
  polls.hadRows(7n, 0);
  const polled: number[] = [];
  for (let nowMs = 0; nowMs < 100_000; nowMs += 10) {
    if (polls.poll(nowMs).has(7n)) polled.push(nowMs);
  }
  const gaps = polled.slice(1).map((at, i) => at - polled[i]);
  expect(gaps.slice(0, 3)).toEqual([40, 40, 40]);
  expect(Math.max(...gaps)).toBe(500);
  expect(polled.at(-1)).toBeLessThanOrEqual(60_000);
  expect(polls.restMs(100_000)).toBe(Infinity);
});

it("asks nobody whose writer tells, and at once when that is over", () => {
  const polls = new TailPolls();
  polls.tells("one", 7n);
  for (const generation of [7n, 8n]) polls.hadRows(generation, 0);
  expect(polls.poll(0)).toEqual(new Set([8n]));
  expect(polls.restMs(10)).toBe(30);
  polls.isSilent("one");
  expect(polls.restMs(10)).toBe(0);
  expect(polls.poll(10)).toEqual(new Set([7n]));
});

it("asks for a writer's last generation again when the writer has another one", () => {
  const polls = new TailPolls();
  polls.tells("one", 7n);
  polls.hadRows(7n, 0);
  polls.tells("one", 8n);
  polls.hadRows(8n, 0);
  expect(polls.poll(0)).toEqual(new Set([7n]));
  expect(polls.tellingCount).toBe(1);
});
