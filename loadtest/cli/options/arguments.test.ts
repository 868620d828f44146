import { expect, test } from "vitest";
import { amount, number, numbers } from "./arguments.ts";

test.each([
  ["20", 20],
  ["20k", 20_000],
  ["1.5M", 1_500_000],
  ["2B", 2_000_000_000],
])("%s is an amount", (text, value) => {
  expect(amount(1, 2e9)(text)).toBe(value);
});

test.each(["", "-1", "0", "3B", "1e3", "k", "ten", "1.5.2"])("%j is refused", (text) => {
  expect(() => amount(1, 2e9)(text)).toThrow("It must be a whole number from 1 to 2000000000");
});

test("numbers have bounds, alone and in lists", () => {
  expect(number(0, 100)("99.9")).toBe(99.9);
  expect(numbers(0, 100)("0,50,99.9")).toEqual([0, 50, 99.9]);
  for (const text of ["", "101", "-1", "x"]) expect(() => number(0, 100)(text)).toThrow("0 to 100");
  expect(() => numbers(0, 100)("1,,2")).toThrow("0 to 100");
});
