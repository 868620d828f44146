import { describe, expect, it } from "vitest";
import { type Metric, ofEach, parseThreshold, ThresholdError } from "./thresholds.ts";

describe("thresholds", () => {
  it.each<[string, Metric, string, number]>([
    ["p99(timeline.get) < 50ms", { kind: "quantile", q: 0.99, of: "timeline.get" }, "<", 50_000],
    [" p99.9( lag )<=2s ", { kind: "quantile", q: 0.999, of: "lag" }, "<=", 2e6],
    ["max(post.create) < 1min", { kind: "quantile", q: 1, of: "post.create" }, "<", 60e6],
    ["mean(a) > 200us", { kind: "mean", of: "a" }, ">", 200],
    ["failed(timeline.get) <= 0.5%", { kind: "failed", of: "timeline.get" }, "<=", 0.005],
    [
      "p99(GET /People('x')/Friends(5)) < 5ms",
      { kind: "quantile", q: 0.99, of: "GET /People('x')/Friends(5)" },
      "<",
      5_000,
    ],
    ["lost == 0", { kind: "counter", of: "lost" }, "==", 0],
    ["memory_slope_kib_per_min < 0", { kind: "counter", of: "memory_slope_kib_per_min" }, "<", 0],
    ["answered >= 1000", { kind: "counter", of: "answered" }, ">=", 1000],
  ])("reads %s", (text, metric, comparison, bound) => {
    const threshold = parseThreshold(text);
    expect(threshold).toMatchObject({ text: text.trim(), comparison });
    expect(threshold.metric).toEqual(metric);
    expect(threshold.bound).toBeCloseTo(bound, 9);
  });

  it.each([
    ["p99 < 100ms", ["p99(a) < 100ms", "p99(b.c) < 100ms"]],
    ["p99.9<=1s", ["p99.9(a) <=1s", "p99.9(b.c) <=1s"]],
    ["failed <= 0.1%", ["failed(a) <= 0.1%", "failed(b.c) <= 0.1%"]],
    ["max < 2s", ["max(a) < 2s", "max(b.c) < 2s"]],
    ["p99(a) < 100ms", ["p99(a) < 100ms"]],
    ["failures == 0", ["failures == 0"]],
  ])("are of each call when they name none: %s", (text, each) => {
    expect(ofEach(text, ["a", "b.c"])).toEqual(each);
    for (const one of each) expect(() => parseThreshold(one)).not.toThrow();
  });

  it("are of calls whatever these are called", () => {
    for (const name of ["GET /items(5)", "a < 5ms (b)", "$&", "{{random 1 9}}", "=1+1"]) {
      const [one] = ofEach("p99 < 100ms", [name]);
      expect(parseThreshold(one).metric).toEqual({ kind: "quantile", q: 0.99, of: name });
    }
  });

  it.each([
    ["fast please", "it is not of the form METRIC(NAME) COMPARISON NUMBER UNIT"],
    ["p99 < 5ms", "p99 needs a name in brackets"],
    ["p101(a) < 5ms", "p101 is no percentile"],
    ["p0(a) < 5ms", "p0 is no percentile"],
    ["median(a) < 5ms", "median is not known; known are p50"],
    ["p99(a) < 5", "the time has no unit; use us, ms, s or min"],
    ["p99(a) < 5h", '"h" is no unit of time'],
    ["lost == 0ms", "lost can only be a count, which has no unit, and a time is p99(NAME)"],
    ["errors < 1%", "errors can only be a count, which has no unit, and a share is failed(NAME)"],
    ["failed(a) < 5ms", '"ms" is no unit of a share; use %'],
    ["failed(a) <= 1", 'the share has no unit; use %, as in "<= 0.1%"'],
    ["failed(a) <= 200%", "a share is at most 100%"],
    ["failed(a) <= 100%", "it can't fail, whatever comes"],
    ["failed(a) > 100%", "it can't hold, whatever comes"],
    ["failed(a) >= 0%", "it can't fail, whatever comes"],
    ["failures >= 0", "it can't fail, whatever comes"],
    ["failures < 0", "it can't hold, whatever comes"],
    ["p99(a) < 0ms", "it can't hold, whatever comes"],
  ])("says what is wrong with %s", (text, problem) => {
    expect(() => parseThreshold(text)).toThrow(ThresholdError);
    expect(() => parseThreshold(text)).toThrow(problem);
    expect(() => parseThreshold(text)).toThrow("Examples: p99(timeline.get) < 50ms");
  });
});
