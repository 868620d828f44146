import { describe, expect, it } from "vitest";
import { fillOf } from "./assignments.ts";

describe("a rate as fills of a token bucket", () => {
  it.each([
    [3_600, 1, 1],
    [7_200, 2, 1],
    [1, 1, 3_600],
    [7, 1, 515],
    [600, 1, 6],
    [90, 1, 40],
    [5_400, 3, 2],
    [3_600_000_000, 1_000_000, 1],
  ])("gives %i an hour as %i in %i s", (opsAnHour, tokens, seconds) => {
    expect(fillOf(opsAnHour)).toEqual({ tokens, seconds });
  });
});
