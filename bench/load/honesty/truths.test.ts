import { expect, it } from "vitest";
import { truthOf } from "./said.ts";
import { TRUTHS } from "./truths.ts";

const SECONDS = 4;
const of = (name: string) => {
  const truth = TRUTHS.find((one) => one.name === name);
  if (!truth) throw new Error(name);
  return truthOf(truth, SECONDS);
};

it("has the percentiles of the stalls that its server makes", () => {
  // A tenth of the calls comes in a stall, evenly over it: the slowest hundredth waits 90 ms and more.
  const { p50Ms, p99Ms, failedShare } = of("stalls");
  expect([p50Ms, failedShare]).toEqual([2, 0]);
  expect(p99Ms).toBeGreaterThan(90);
  expect(p99Ms).toBeLessThanOrEqual(102);
});

it("counts what is refused, broken and never answered", () => {
  expect(of("errors").failedShare).toBeCloseTo(0.01, 9);
  expect(of("resets").failedShare).toBeCloseTo(0.01, 9);
  expect(of("hangs").failedShare).toBeCloseTo(0.02, 9);
});

it("knows what a server cannot do: the queue grows by a fifth of all that is asked", () => {
  // After 4 s at 250 a second 200 calls are behind, which is 1 s of work.
  expect(of("capacity").p99Ms).toBeGreaterThan(700);
  expect(of("collapse").failedShare).toBeGreaterThan(0.3);
  expect(of("slowing")).toMatchObject({ p99Ms: 62, failedShare: 0 });
});
