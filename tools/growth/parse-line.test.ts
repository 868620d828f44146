import { describe, expect, it } from "vitest";
import { LineError, parseLine } from "./parse-line.ts";

describe("a line of operations", () => {
  it.each([
    ["Insert(10)", "insert", { revenue: 10n, eventId: "" }],
    [" Insert ( -3 ) ", "insert", { revenue: -3n, eventId: "" }],
    ["Insert(10, order-7)", "insert", { revenue: 10n, eventId: "order-7" }],
    [
      "InsertWithReferrer(15, user_1, order 8 / 2)",
      "insertWithReferrer",
      { revenue: 15n, referrerUserId: 1n, eventId: "order 8 / 2" },
    ],
    [
      "InsertWithReferrer(15, user_1)",
      "insertWithReferrer",
      { revenue: 15n, referrerUserId: 1n, eventId: "" },
    ],
    [
      "GetKLowestRevenues(3, 35)",
      "getKLowestRevenues",
      { k: 3, minRevenue: 35n, inclusive: false },
    ],
    ["GetKHighestRevenues(3)", "getKHighestRevenues", { k: 3, inclusive: false }],
    ["GetRank(user_2)", "getRank", { userId: 2n }],
    ["CountRevenues()", "countRevenues", {}],
    ["GetReferrals(user_7)", "getReferrals", { userId: 7n }],
  ])("reads %s", (line, $case, value) => {
    expect(parseLine(line)).toEqual({ operation: { $case, value } });
  });

  it.each(["x", "Insert(", "GetRank(user_", "GetRank(", "CountRevenues(1, 2, "])(
    "says little of a line that goes on for ever: %s...",
    (begin) => {
      const long = "9".repeat(3_000_000);
      for (const line of [`${begin}${long}`, `${begin}${long})`]) {
        expect(() => parseLine(line)).toThrow(/^.{10,400}$/);
      }
    },
  );

  it.each([
    ["Insert(1.5)", "whole number"],
    ["Insert(ten)", "whole number"],
    ["Insert()", "write Insert(revenue[, event_id])"],
    ["Insert(1, 2, 3)", "write Insert(revenue[, event_id])"],
    ["Insert(1,)", "write Insert(revenue[, event_id])"],
    ["GetRank(user_1, order-7)", "write GetRank(user_N)"],
    ["InsertWithReferrer(15, 1)", "user_ and a number"],
    ["Insert(99999999999999999999)", "too large"],
    ["toString(1)", "is no operation"],
    ["hello", "is no operation"],
  ])("refuses %s, and says how it is written", (line, text) => {
    expect(() => parseLine(line)).toThrow(LineError);
    expect(() => parseLine(line)).toThrow(text);
  });
});
