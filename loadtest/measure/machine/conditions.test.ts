import { describe, expect, it } from "vitest";
import { compareConditions, isSteady, readConditions } from "./conditions.ts";
import {
  busySeconds,
  endedChildrenSeconds,
  pressureSeconds,
  stealSeconds,
  threadSeconds,
  throttledSeconds,
} from "./proc.ts";
import { threadWaits } from "./thread-waits.ts";

const BEFORE = {
  atMs: 1_000,
  stealSeconds: 5,
  throttledSeconds: undefined,
  pressureSeconds: 10,
  busySeconds: 40,
  probePerSecond: 100,
  cpuSeconds: 1,
  waits: new Map([[7, { ran: 1, waited: 0.5 }]]),
  niceness: -5,
};

describe("conditions", () => {
  it("are read from what Linux says, and undefined where it says nothing", () => {
    expect(stealSeconds("cpu  10 20 30 40 50 60 70 800 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")).toBe(8);
    expect(busySeconds("cpu  100 200 300 40 50 60 70 800 900 0\n")).toBe(6);
    expect(threadSeconds("3155111924 1991511857 28741\n")).toEqual({
      ran: 3.155111924,
      waited: 1.991511857,
    });
    expect(throttledSeconds("usage_usec 5\nthrottled_usec 2500000\n")).toBe(2.5);
    expect(throttledSeconds("nr_throttled 5\nthrottled_time 2500000000\n")).toBe(2.5);
    expect(pressureSeconds("some avg10=76.71 avg60=51.40 avg300=40.78 total=1500000\n")).toBe(1.5);
    const fields = Array.from({ length: 40 }, (_, i) => i);
    expect(endedChildrenSeconds(`7 (a) b) ${fields.join(" ")}`)).toBe(0.27);
    const readers = [stealSeconds, throttledSeconds, pressureSeconds, endedChildrenSeconds];
    for (const read of [...readers, busySeconds, threadSeconds]) expect(read("")).toBeUndefined();
  });

  it("compare as shares of the time between", () => {
    const after = { ...BEFORE, atMs: 3_000, stealSeconds: 5.5, cpuSeconds: 2, probePerSecond: 85 };
    const report = compareConditions(BEFORE, after);
    expect(report).toMatchObject({ seconds: 2, stealShare: 0.25, pressureShare: 0, niceness: -5 });
    expect([report.cpuShare, report.throttledShare]).toEqual([0.5, undefined]);
    expect([report.busyCores, report.waitedShare]).toEqual([0, 0]);
    expect([isSteady(report), isSteady({ ...report, probeRatio: 0.95 })]).toEqual([false, true]);
  });

  it("say for how long the thread wanted a CPU that waited longest, also one that is new", () => {
    const met = (...waits: (readonly [thread: number, ran: number, waited: number])[]) => {
      const now = new Map(waits.map(([thread, ran, waited]) => [thread, { ran, waited }]));
      const report = compareConditions(BEFORE, { ...BEFORE, atMs: 3_000, waits: now });
      return [report.waitedShare, report.wantedShare];
    };
    expect(met([7, 2, 0.75], [8, 0, 0.25])).toEqual([0.125, 0.625]);
    expect(met([7, 2, 0.75], [8, 0.5, 1])).toEqual([0.5, 0.75]);
    expect(met()).toEqual([undefined, undefined]);
  });

  it("can be read here", () => {
    for (const when of ["before", "after"] as const) {
      const now = readConditions(when);
      expect(now.probePerSecond).toBeGreaterThan(0);
      expect(now.cpuSeconds).toBeGreaterThan(0);
    }
    expect(threadWaits(2 ** 30).size).toBe(0); // nobody
  });
});
