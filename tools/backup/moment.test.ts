import { expect, it } from "vitest";
import { moment } from "./config.ts";

it.each([
  ["2026-11-29T02:16:00Z", "2026-11-29T02:16:00.000Z"],
  ["2026-11-29T02-16-00.250Z", "2026-11-29T02:16:00.250Z"],
  ["2026-11-29 02:16", "2026-11-29T02:16:00.000Z"],
  ["2026-11-29T02:16:00+01:00", "2026-11-29T01:16:00.000Z"],
  ["2026-11-29", "2026-11-29T00:00:00.000Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z"],
])("%s is a moment", (text, time) => {
  expect(new Date(moment(text)).toISOString()).toBe(time);
});

it.each([
  "2026-02-30",
  "2026-02-29T12:00:00Z",
  "2026-13-01",
  "2026-11-29T24:01:00Z",
  "7",
  "noon 9",
  "",
])("%j is none: no other one is meant", (text) => {
  expect(() => moment(text)).toThrow("a time such as");
});
