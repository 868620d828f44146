import { expect, it } from "vitest";
import { timeMsOf } from "./user-input.ts";

it.each([
  ["2026-02-30T00:00:00Z", "there is no 2026-02-30;"],
  ["2026-02-29T12:00:00+01:00", "there is no 2026-02-29;"],
  ["2026-11-29T25:00:00Z", "there is no 2026-11-29T25:00:00Z;"],
  ["2026-11-29T23:59:60Z", "there is no 2026-11-29T23:59:60Z;"],
  ["1969-12-31T23:59:59Z", "must be a time after 1970"],
])("%s is no time: %s", (text, problem) => {
  expect(() => timeMsOf(text, "from_time")).toThrow(`from_time: ${problem}`);
});

it("29 February is one in its years", () => {
  expect(timeMsOf("2028-02-29T01:00:00+01:00", "from_time")).toBe(Date.UTC(2028, 1, 29));
});
