import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pacingOf } from "./pacing.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => void vi.useRealTimers());

/** When each of so many calls, all asked for at once, was begun, in ms. */
async function begun(itemsPerSecond: number, calls: readonly number[]): Promise<number[]> {
  const pacing = pacingOf(itemsPerSecond);
  const startMs = Date.now();
  const times: number[] = [];
  for (const items of calls) {
    void pacing.pace(async () => times.push(Date.now() - startMs), items);
  }
  while (times.length < calls.length) await vi.advanceTimersToNextTimerAsync();
  const closed = pacing.close();
  await vi.runAllTimersAsync();
  await closed;
  return times;
}

test.each([1, 40, 2_000, 50_000])("%i items a second are begun at even distances", async (rate) => {
  const { batchItems } = pacingOf(rate);
  const everyMs = (1_000 * batchItems) / rate;
  const times = await begun(
    rate,
    Array.from({ length: 100 }, () => batchItems),
  );
  expect(times).toHaveLength(100);
  // Clocks have whole milliseconds.
  for (const [i, atMs] of times.entries()) expect(Math.abs(atMs - i * everyMs)).toBeLessThan(2);
});

test("a call about several batches takes as many turns", async () => {
  const { batchItems } = pacingOf(2_000);
  const [first, second] = await begun(2_000, [1, 10 * batchItems]);
  expect(first).toBe(0);
  expect(second).toBeGreaterThanOrEqual((9 * 1_000 * batchItems) / 2_000);
});
