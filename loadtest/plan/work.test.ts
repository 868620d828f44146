import { describe, expect, it } from "vitest";
import { levelled, spaced } from "./work.ts";

describe.each([
  ["calls to an owner", spaced],
  ["commits", levelled],
])("%s", (_, of) => {
  it("are one for each at low rates, and level off", () => {
    expect(of(1, 400)).toBeCloseTo(1, 2);
    expect(of(40_000, 400)).toBeGreaterThan(390);
    expect(of(40_000, 400)).toBeLessThan(400);
  });
});

it("calls to an owner that is sent one every 20 ms at most are nearly all their own up to half of that", () => {
  expect(spaced(25, 50)).toBeGreaterThan(22);
  expect(levelled(25, 50)).toBeLessThan(17);
});
