import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

const backoff = { firstMs: 50, maxMs: 5_000 };

describe("backoffMs", () => {
  it("doubles up to its bound, and half of it is random", () => {
    expect([0, 1, 2].map((attempt) => backoffMs(backoff, attempt, 1))).toEqual([50, 100, 200]);
    expect(backoffMs(backoff, 1, 0)).toBe(50);
    expect(backoffMs(backoff, 1_000, 1)).toBe(5_000);
  });
});
