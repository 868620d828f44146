import { expect, test } from "vitest";
import { invariant, present } from "./invariant.ts";

test("a breach says what was expected", () => {
  expect(() => invariant(1 > 2, "one is more than two")).toThrow("expected: one is more than two");
  invariant(1 < 2, "one is less than two");
});

test("what is there is given back, and 0 and the empty text are there", () => {
  expect(present(0)).toBe(0);
  expect(present("")).toBe("");
  expect(() => present(undefined, "the owner")).toThrow("the owner is not there");
  expect(() => present(null)).toThrow("a value is not there");
});
