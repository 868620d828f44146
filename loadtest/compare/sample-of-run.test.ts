import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { runFixture } from "../report/testing/run-fixture.ts";
import { metricsOfThresholds, sampleOfRun } from "./sample-of-run.ts";

const THRESHOLDS = ["p99(timeline.get) < 5s", "mean(lag) < 1s", "lost == 0"];

describe("a run as a sample", () => {
  it("has the times of its thresholds, and what an answer cost", () => {
    const run = runFixture({ thresholds: THRESHOLDS });
    expect(metricsOfThresholds(THRESHOLDS).map(({ name }) => name)).toEqual([
      "p99(timeline.get)",
      "mean(lag)",
      "CPU per answer",
    ]);
    const { values, unusable } = sampleOfRun(run);
    expect(unusable).toBeUndefined();
    expect(values["p99(timeline.get)"]).toBe(present(run.verdict.thresholds[0].time).micros);
    const used = run.resources.processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    const answers = run.measured.operations.reduce((sum, { counts }) => sum + counts.ok, 0);
    expect(values["CPU per answer"]).toBeCloseTo((1e6 * used) / answers, 9);
  });

  it("is compared by each time once, and has no CPU of a target that was not started here", () => {
    const twice = ["p99(lag) < 1s", "p99(lag) < 2s"];
    expect(metricsOfThresholds(twice)).toEqual([
      { name: "p99(lag)", better: "lower" },
      { name: "CPU per answer", better: "lower" },
    ]);
    expect(sampleOfRun(runFixture({ isForeign: true })).values["CPU per answer"]).toBe(0);
  });

  it("is none when it is INVALID, cut short, or its machine changed; one that failed is", () => {
    const late = sampleOfRun(runFixture({ latenessMicros: 500_000 }));
    expect(late.unusable).toContain("INVALID: p99(timeline.get)");
    expect(sampleOfRun(runFixture({ diesAtSecond: 30 })).unusable).toContain("The target died");
    expect(
      sampleOfRun(runFixture({ thresholds: ["p99(timeline.get) < 1ms"] })).unusable,
    ).toBeUndefined();
    const run = runFixture();
    const machines = run.measured.machines.map((machine) => ({ ...machine, probeRatio: 0.8 }));
    const changed = sampleOfRun({ ...run, measured: { ...run.measured, machines } });
    expect(changed.unusable).toMatch(/^The CPU of .* changed during the run.$/);
  });
});
