import { expect, it } from "vitest";
import { MethodTimes } from "./service-times.ts";

const CALLS = 20;

/** The strain of a window of calls that took so long, behind one that took 50 ms with room. */
function strainOf(count: (times: MethodTimes) => void): number | undefined {
  const times = new MethodTimes();
  for (let call = 0; call < CALLS; call++) times.add(50);
  times.close(0);
  for (let call = 0; call < CALLS; call++) count(times);
  times.close(1);
  for (let call = 0; call < CALLS; call++) times.add(50);
  return times.close(2)?.strain;
}

it("takes calls that are given up at once for no measure of what calls take with room", () => {
  expect(strainOf((times) => times.add(0.1))).toBeGreaterThan(10);
  expect(strainOf((times) => times.addAtLeast(0.1))).toBe(1);
});

it("takes those that are given up late for slow ones", () => {
  const times = new MethodTimes();
  for (let call = 0; call < CALLS; call++) times.add(50);
  times.close(0);
  for (let call = 0; call < CALLS; call++) times.addAtLeast(500);
  expect(times.close(1)?.strain).toBeGreaterThan(9);
});
