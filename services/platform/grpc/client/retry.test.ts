import { describe, expect, it } from "vitest";
import { NOT_OWNER, notBegun, unavailable } from "../errors/errors.ts";
import { DEFAULT_RETRY, retryWaitMs } from "./retry.ts";

const FIRST = {
  attempt: 1,
  error: unavailable("down"),
  isIdempotent: true,
  wasSent: true,
  remainingMs: 60_000,
  random: 1,
};

describe("the wait before a retry", () => {
  it("doubles up to its limit", () => {
    const policy = { ...DEFAULT_RETRY, maxAttempts: 9 };
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => retryWaitMs(policy, { ...FIRST, attempt }));
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_000]);
  });

  it("is random by half", () => {
    expect(retryWaitMs(DEFAULT_RETRY, { ...FIRST, random: 0 })).toBe(25);
  });

  it("is what the server asks for, if that is longer", () => {
    const error = unavailable("down", { retryAfterMs: 300 });
    expect(retryWaitMs(DEFAULT_RETRY, { ...FIRST, error })).toBe(300);
  });

  it("is none when the deadline comes first", () => {
    expect(retryWaitMs(DEFAULT_RETRY, { ...FIRST, remainingMs: 50 })).toBeUndefined();
  });

  it("is none for a process that is not the owner", () => {
    const error = unavailable("not mine", { reason: NOT_OWNER });
    expect(retryWaitMs(DEFAULT_RETRY, { ...FIRST, error })).toBeUndefined();
  });

  it("is none for what must not be done twice, unless it certainly was not done once", () => {
    const once = { ...FIRST, isIdempotent: false };
    expect(retryWaitMs(DEFAULT_RETRY, once)).toBeUndefined();
    expect(retryWaitMs(DEFAULT_RETRY, { ...once, wasSent: false })).toBe(50);
    expect(retryWaitMs(DEFAULT_RETRY, { ...once, error: notBegun("no ids") })).toBe(50);
  });
});
