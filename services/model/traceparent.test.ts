import { describe, expect, it } from "vitest";
import {
  isSampled,
  isTraceparent,
  readTrail,
  traceIdsOf,
  traceparentOf,
  trailOf,
} from "./traceparent.ts";

// The example of the recommendation.
const IDS = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const TRACED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const UNTRACED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

describe("a traceparent", () => {
  it("holds a trace, a span, and whether they are recorded", () => {
    expect(traceparentOf(IDS, true)).toBe(TRACED);
    expect(traceparentOf(IDS, false)).toBe(UNTRACED);
    expect(traceIdsOf(TRACED)).toEqual(IDS);
    expect([TRACED, UNTRACED, "", undefined].map(isSampled)).toEqual([true, false, false, false]);
  });

  it.each([
    "",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
  ])("is not %j", (text) => {
    expect(isTraceparent(text)).toBe(false);
    expect(traceIdsOf(text)).toBeUndefined();
  });
});

describe("a trail", () => {
  it("is the request id alone, unless spans are recorded", () => {
    expect(trailOf("r-1", undefined)).toBe("r-1");
    expect(trailOf("r-1", UNTRACED)).toBe("r-1");
    expect(readTrail("r-1")).toEqual({ requestId: "r-1", traceparent: "" });
    expect(readTrail(trailOf("r-1", TRACED))).toEqual({ requestId: "r-1", traceparent: TRACED });
  });
});
