import { describe, expect, it } from "vitest";
import {
  deadlineExceeded,
  internal,
  invalidArgument,
  notFound,
  resourceExhausted,
  unavailable,
} from "../../platform/grpc/errors/errors.ts";
import { isTargetsFault, MAX_MESSAGE_ATTEMPTS, messageVerdict, targetWaitMs } from "./retry.ts";

describe("the retry policy", () => {
  it("blames the target for what says nothing about the message", () => {
    const targets = [unavailable("x"), deadlineExceeded("x"), resourceExhausted("x")];
    expect(targets.map(isTargetsFault)).toEqual([true, true, true]);
    const messages = [
      invalidArgument("f", "x"),
      notFound("user", 1n),
      internal("x"),
      new Error("x"),
    ];
    expect(messages.map(isTargetsFault)).toEqual([false, false, false, false]);
  });

  it("waits longer with each failure, up to a bound, and as long as the target asks", () => {
    const waits = [1, 2, 3, 50].map((attempt) => targetWaitMs(attempt, deadlineExceeded("x"), 1));
    expect(waits).toEqual([50, 100, 200, 10_000]);
    expect(targetWaitMs(1, unavailable("x"), 0)).toBe(25);
    expect(targetWaitMs(1, resourceExhausted("x", 3_000), 1)).toBe(3_000);
  });

  it("does not outlive a failover: what nobody served is asked again within half a second", () => {
    const waits = [1, 4, 5, 50].map((attempt) => targetWaitMs(attempt, unavailable("x"), 1));
    expect(waits).toEqual([50, 400, 500, 500]);
    expect(targetWaitMs(50, unavailable("x", { retryAfterMs: 2_000 }), 1)).toBe(2_000);
  });

  it("stops at once for what will never work, and after so many attempts for the rest", () => {
    expect(messageVerdict(1, invalidArgument("f", "bad"), 1)).toEqual({
      kind: "stop",
      reason: "INVALID_ARGUMENT: f: bad",
    });
    const verdicts = [1, 2, 3, 4, 5].map((attempt) => messageVerdict(attempt, internal("bug"), 1));
    expect(verdicts.map(({ kind }) => kind)).toEqual(["wait", "wait", "wait", "wait", "stop"]);
    expect(MAX_MESSAGE_ATTEMPTS).toBe(5);
  });
});
