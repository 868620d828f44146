import { describe, expect, it } from "vitest";
import { parseThreshold } from "../measure/thresholds.ts";
import { memorySlopes } from "./memory-slopes.ts";

const SECONDS = Array.from({ length: 600 }, (_, i) => i);

function slopesOf(memory: Readonly<Record<string, (second: number) => number>>) {
  const processes = Object.entries(memory).map(([label, at]) => ({
    label,
    cpuShare: [],
    residentMiB: SECONDS.map(at),
    cpuSeconds: 0,
  }));
  return memorySlopes({ atSeconds: SECONDS, processes, pending: {}, work: {} });
}

describe("memory slopes", () => {
  it("are of each service and of the steepest, by names that thresholds take", () => {
    const slopes = slopesOf({
      post: () => 100,
      "timeline-0": (second) => 200 + second / 60,
      "timeline-1": (second) => 200 + (2 * second) / 60,
    });
    expect([...slopes.keys()].sort()).toEqual([
      "memory_slope_kib_per_min",
      "memory_slope_kib_per_min_post",
      "memory_slope_kib_per_min_timeline",
    ]);
    expect(slopes.get("memory_slope_kib_per_min_post")).toBe(0);
    expect(slopes.get("memory_slope_kib_per_min_timeline")).toBeCloseTo(2_048, 6);
    expect(slopes.get("memory_slope_kib_per_min")).toBeCloseTo(2_048, 6);
    for (const name of slopes.keys()) {
      expect(parseThreshold(`${name} < 2048`).metric).toEqual({ kind: "counter", of: name });
    }
  });

  it("see through garbage, a jump and a sample gone wrong", () => {
    const garbage = (second: number) => 10 * (second % 25);
    const slopes = slopesOf({
      sawtooth: (second) => 100 + garbage(second) + second / 60,
      peaks: (second) => (second % 10 === 3 ? 100 : 100 + second),
      jump: (second) => (second < 100 ? 50 : 300),
      wrong: (second) => (second === 300 ? 5_000 : 100),
      shrinking: (second) => 1_000 - second / 6,
    });
    expect(slopes.get("memory_slope_kib_per_min_sawtooth")).toBeGreaterThan(700);
    expect(slopes.get("memory_slope_kib_per_min_sawtooth")).toBeLessThan(1_400);
    expect(slopes.get("memory_slope_kib_per_min_peaks")).toBe(0);
    expect(slopes.get("memory_slope_kib_per_min_jump")).toBe(0);
    expect(slopes.get("memory_slope_kib_per_min_wrong")).toBe(0);
    expect(slopes.get("memory_slope_kib_per_min_shrinking")).toBeCloseTo(-10_240, 6);
  });

  it("are none of who was hardly there, and of others without the time they were away", () => {
    const slopes = slopesOf({
      brief: (second) => (second < 3 ? second : Number.NaN),
      back: (second) => (second > 200 && second < 300 ? Number.NaN : 100 + second / 60),
    });
    expect(slopes.has("memory_slope_kib_per_min_brief")).toBe(false);
    expect(slopes.get("memory_slope_kib_per_min_back")).toBeCloseTo(1_024, 6);
    expect(slopesOf({ never: () => Number.NaN }).size).toBe(0);
  });
});
