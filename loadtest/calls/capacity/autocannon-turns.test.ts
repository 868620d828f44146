import { expect, it } from "vitest";
import { turnsOf } from "./autocannon-turns.ts";

it.each([
  [1_000, 64],
  [1_000, 250],
  [7, 64],
  [1, 1],
  [3_001, 100],
])("%i a second over %i connections begin in even turns, and none is lost", (perSecond, most) => {
  const turns = turnsOf(perSecond, most);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  expect(sum(turns.map((turn) => turn.perSecond))).toBe(perSecond);
  expect(sum(turns.map((turn) => turn.connections))).toBe(Math.min(most, perSecond));
  for (const [i, turn] of turns.entries()) {
    expect(turn.perSecond).toBeGreaterThanOrEqual(turn.connections);
    expect(turn.afterMs).toBeCloseTo((i * 1_000) / turns.length, 9);
  }
  // What is sent at once: connections that begin together.
  const together = Math.max(...turns.map(({ connections }) => connections));
  expect(together).toBeLessThanOrEqual(Math.ceil(Math.min(most, perSecond) / turns.length));
});
