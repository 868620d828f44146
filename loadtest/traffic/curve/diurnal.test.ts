import { expect, test } from "vitest";
import { keyOf, unit } from "../../../population/hash.ts";
import { ZONES } from "../../../population/people/zones.ts";
import { localCurve, localSlot, SLOTS_A_DAY, solveConcentration, summedCurve } from "./diurnal.ts";
import { createSlotArrivals } from "./slot-arrivals.ts";

const maxOf = (curve: Float64Array) => curve.reduce((most, value) => Math.max(most, value), 0);
const meanOf = (curve: Float64Array) => curve.reduce((sum, value) => sum + value, 0) / curve.length;

test("one zone peaks at three times its mean with k = 1.761", () => {
  expect(solveConcentration([{ offsetHours: 2, weight: 5 }])).toBeCloseTo(1.761, 3);
  expect(maxOf(localCurve(1.761))).toBeCloseTo(3, 2);
});

test("the sum over the zones of home peaks at three times its mean; the world is flatter", () => {
  const k = solveConcentration(ZONES.home);
  const home = summedCurve(k, ZONES.home);
  expect(meanOf(home)).toBeCloseTo(1, 6);
  expect(Math.abs(maxOf(home) / 3 - 1)).toBeLessThan(0.01);
  expect(maxOf(summedCurve(k, ZONES.world))).toBeLessThan(2);
});

test("zones at opposite ends of the day cannot peak together", () => {
  const zones = Array.from({ length: 24 }, (_, offsetHours) => ({ offsetHours, weight: 1 }));
  expect(() => solveConcentration(zones)).toThrow(/too far apart/);
});

test("local time goes round the day, forwards and backwards", () => {
  expect(localSlot(0, 5.5)).toBe(5.5 * 900);
  expect(localSlot(-1, 0)).toBe(SLOTS_A_DAY - 1);
  expect(localSlot(SLOTS_A_DAY * 3 + 7, -8)).toBe(SLOTS_A_DAY - 8 * 900 + 7);
});

test.each([0.02, 3, 170])("arrivals in a slot are Poisson: mean %d", (mean) => {
  const arrivals = createSlotArrivals(mean * SLOTS_A_DAY, new Float64Array(SLOTS_A_DAY).fill(1));
  const draws = 50_000;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < draws; i++) {
    const off = arrivals.count(i % SLOTS_A_DAY, unit(keyOf(5, i))) - mean;
    sum += off;
    squares += off * off;
  }
  // Mean and variance are the same; each within four standard errors.
  expect(Math.abs(sum / draws)).toBeLessThan(4 * Math.sqrt(mean / draws));
  const spread = Math.sqrt((mean + 2 * mean * mean) / draws);
  expect(Math.abs(squares / draws - mean)).toBeLessThan(4 * spread);
  expect(arrivals.count(0, 1 - 2 ** -32)).toBeLessThan(mean + 10 * Math.sqrt(mean) + 10);
});

test("a cell of too many is refused", () => {
  expect(() => createSlotArrivals(1e9, new Float64Array(SLOTS_A_DAY).fill(1))).toThrow(/too many/);
});
