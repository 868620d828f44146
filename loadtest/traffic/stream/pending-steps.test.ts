import { expect, test } from "vitest";
import { HORIZON_SECONDS, PendingSteps, WORDS } from "./pending-steps.ts";
import { SecondSorter } from "./second-sorter.ts";

/** One second of steps at random places, out and sorted. */
function pass(pending: PendingSteps, sorter: SecondSorter, second: number) {
  const count = pending.count(second);
  pending.take(second, sorter.room(count));
  return sorter.sorted(second, count);
}

test("steps come out in their second, by time, person, step and session", () => {
  const pending = new PendingSteps();
  pending.beginSlot(100, 101);
  const add = (us: number, person: number, session: number, place: number) => {
    pending.beginSession(person, session);
    pending.add(us, place << 2);
  };
  add(999_999, 1, 1, 0);
  add(1_500_000, 9, 2_000_000_000, 3);
  add(1_500_000, 9, 7, 3);
  add(1_500_000, 9, 9, 2);
  add(1_500_000, 8, 9, 250);
  add(1_000_000, 2_147_483_647, 1, 0);
  const { count, person, session, step, offsetUs } = pass(pending, new SecondSorter(), 101);
  const rows = Array.from({ length: count }, (_, i) => [
    offsetUs[i],
    person[i],
    step[i],
    session[i],
  ]);
  expect(rows).toEqual([
    [0, 2_147_483_647, 0, 1],
    [500_000, 8, 250, 9],
    [500_000, 9, 2, 9],
    [500_000, 9, 3, 7],
    [500_000, 9, 3, 2_000_000_000],
  ]);
  expect(pending.count(100)).toBe(0);
});

test("the pool grows to the steps in progress, not to those that went through", () => {
  const pending = new PendingSteps();
  const sorter = new SecondSorter();
  let bytes = 0;
  for (let second = 0; second < 5 * HORIZON_SECONDS; second++) {
    pending.beginSlot(second, 0);
    for (let n = 0; n < 10; n++) pending.add(((second * 7 + n * 190) % 2_040) * 1e6, 0);
    pass(pending, sorter, second);
    if (second === 2 * HORIZON_SECONDS) bytes = pending.poolBytes;
  }
  expect(pending.poolBytes).toBe(bytes);
  // At most 10 steps for each of 2,040 seconds, in chunks that may be partly empty, in a doubling pool.
  expect(bytes).toBeLessThan(2 * (10 * 2_040 + 32 * HORIZON_SECONDS) * (WORDS + 1) * 4);
});
