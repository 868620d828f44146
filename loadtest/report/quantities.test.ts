import { expect, test } from "vitest";
import { quantity, shortQuantity, type Unit } from "./quantities.ts";

test.each<[number, Unit, string]>([
  [0, "micros", "0 µs"],
  [999.4, "micros", "999 µs"],
  [999.6, "micros", "1 ms"],
  [64_860, "micros", "64.9 ms"],
  [999_600, "micros", "1 s"],
  [119e6, "micros", "119 s"],
  [150e6, "micros", "2.5 min"],
  [7.25, "seconds", "7.25 s"],
  [5, "clock", "0:05"],
  [65.25, "clock", "1:05.3"],
  [59.96, "clock", "1:00"],
  [3_725, "clock", "1:02:05"],
  [-3, "clock", "-0:03"],
  [64_800, "timeOfDay", "18:00"],
  [86_400 + 61, "timeOfDay", "00:01:01"],
  [1_234_567, "count", "1,234,567"],
  [0.123_456, "count", "0.123"],
  [31_000, "perSecond", "31,000/s"],
  [0.4, "cores", "0.40"],
  [1_536, "bytes", "1.5 KiB"],
  [0, "bytes", "0 B"],
  [0.007_041, "share", "0.704%"],
  [0.98, "ratio", "0.98×"],
  [1, "tail", "0%"],
  [100, "tail", "99%"],
  [10_000, "tail", "99.99%"],
  [Number.NaN, "micros", "–"],
])("%d %s is shown as %s", (value, unit, shown) => {
  expect(quantity(value, unit)).toBe(shown);
});

test("what JSON has no value for is a dash", () => {
  expect([quantity(null, "count"), quantity(undefined, "bytes")]).toEqual(["–", "–"]);
});

test("axes and headlines have fewer digits", () => {
  const short = (value: number, unit: Unit) => shortQuantity(value, unit);
  expect(short(10_900_000, "count")).toBe("10.9M");
  expect(short(12_340, "perSecond")).toBe("12.3K/s");
  expect([short(2, "cores"), short(0.5, "cores")]).toEqual(["2", "0.5"]);
});
