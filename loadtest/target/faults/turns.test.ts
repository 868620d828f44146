import { expect, it } from "vitest";
import { TURN_MS, Turns } from "./turns.ts";

const TIMES = 6;
const SECOND_MS = 1_000;

/** What a process has of the seconds from 1 to 6, in ms a second, when others have the CPU for `waits` of each turn. */
function had(waits: number, overrunMs = 0): number {
  const turns = new Turns(0, TIMES);
  let nowMs = 0;
  let hadMs = 0;
  let before = 0;
  while (nowMs < 6 * SECOND_MS) {
    nowMs = Math.max(nowMs, turns.dueMs);
    if (nowMs < SECOND_MS) before = hadMs;
    const tookMs = TURN_MS + overrunMs;
    nowMs += tookMs;
    hadMs += tookMs * (1 - waits);
    const usedMs = tookMs * (1 - waits);
    turns.had({ endMs: nowMs, tookMs, usedMs, waitedMs: tookMs * waits });
  }
  return (hadMs - before) / 5;
}

it("gives a sixth of a CPU, also by turns that last too long", () => {
  expect(had(0)).toBeCloseTo(SECOND_MS / TIMES, -1);
  expect(had(0, 3)).toBeCloseTo(SECOND_MS / TIMES, -1);
});

it("gives as much on a machine that is busy, by more turns", () => {
  expect(had(0.5)).toBeCloseTo(SECOND_MS / TIMES, -1);
});

it("gives no more than there is, and makes up for half a second of it at most", () => {
  const turns = new Turns(0, TIMES);
  const tookMs = 10 * SECOND_MS;
  turns.had({ endMs: tookMs, tookMs, usedMs: 0, waitedMs: tookMs });
  expect(turns.dueMs).toBe(10 * SECOND_MS - 500);
  expect(had(0.95)).toBeCloseTo(SECOND_MS * 0.05, -1);
});

it("counts what it used, however long it waited to be stopped", () => {
  const turns = new Turns(0, TIMES);
  const first = turns.dueMs;
  turns.had({ endMs: first + TURN_MS, tookMs: TURN_MS, usedMs: TURN_MS, waitedMs: TURN_MS });
  expect(turns.dueMs - first).toBe(TURN_MS * TIMES);
});
