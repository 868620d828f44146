import { describe, expect, it } from "vitest";
import { OPERATION, simulate, stepsAt } from "../run/testing/simulate.ts";
import { newHistogram, record } from "./histogram.ts";
import type { MachineReport } from "./machine/conditions.ts";
import { RateWindows } from "./rate-windows.ts";
import { Recorder } from "./recorder.ts";
import { judged } from "./testing/judged-run.ts";
import { measuredOf } from "./testing/measured-of.ts";
import { parseThreshold } from "./thresholds.ts";
import { judgeQuantile, judgeRate } from "./validity.ts";
import { EXIT_CODES, judge } from "./verdict.ts";

const RECORDER = simulate(stepsAt([0, 1_000, 2_000, 3_000]), { server: { serviceMicros: 900 } });

function outcomesOf(counters: readonly (readonly [string, number])[], ...texts: string[]) {
  const measured = measuredOf(RECORDER, { counters: new Map(counters) });
  const verdict = judge(measured, texts.map(parseThreshold));
  return { code: EXIT_CODES[verdict.outcome], reasons: verdict.reasons };
}

function only(micros: number) {
  const histogram = newHistogram();
  record(histogram, micros);
  return histogram;
}

describe("a verdict", () => {
  it("has an exit code by its outcome, and says why", () => {
    expect(outcomesOf([["lost", 0]], "lost == 0", "p99(timeline.get) < 1ms").code).toBe(0);
    const failed = outcomesOf([["lost", 2]], "lost == 0", "failed(timeline.get) > 1%");
    expect(failed.code).toBe(3);
    expect(failed.reasons).toEqual([
      "FAILED: lost == 0: it was 2.",
      "FAILED: failed(timeline.get) > 1%: it was 0%.",
    ]);
    expect(judge(measuredOf(simulate([], { server: { serviceMicros: 1 } })), [])).toMatchObject({
      outcome: "invalid",
      reasons: ["INVALID: Nothing was sent: the run intended no step."],
    });
  });

  it("is that a run failed of which nothing was answered well, though nothing was asked of it", () => {
    const recorder = new Recorder([OPERATION]);
    const asked = (outcome: "ok" | "failed") => {
      recorder.intended(0, 0);
      const times = { intendedMicros: 0, readyMicros: 0, writtenMicros: 0, endedMicros: 1_000 };
      const waits = { slotWaitMicros: 0, flowWaitMicros: 0 };
      recorder.ended(0, { outcome, status: 0, ...times, ...waits });
      return judge(measuredOf(recorder), []);
    };
    expect(asked("failed")).toMatchObject({
      outcome: "failed",
      reasons: expect.arrayContaining(["FAILED: not one call was answered well."]),
    });
    expect(asked("ok").outcome).not.toBe("failed");
  });

  it("takes for a failure whatever had no good answer: refused, too late, never sent", () => {
    const recorder = new Recorder([OPERATION]);
    for (const outcome of ["ok", "failed", "timeout", "not_sent"] as const) {
      recorder.intended(0, 0);
      const times = { intendedMicros: 0, readyMicros: 0, writtenMicros: 0, endedMicros: 1_000 };
      recorder.ended(0, { outcome, status: 0, ...times, slotWaitMicros: 0, flowWaitMicros: 0 });
    }
    const texts = ["failures == 0", "timeouts == 0", "not_sent == 0"];
    expect(judge(measuredOf(recorder), texts.map(parseThreshold)).reasons).toEqual([
      "FAILED: failures == 0: it was 3.",
      "FAILED: timeouts == 0: it was 1.",
      "FAILED: not_sent == 0: it was 1.",
    ]);
  });

  it("knows what was measured", () => {
    expect(() => outcomesOf([], "p99(timeline.put) < 1ms")).toThrow(
      "timeline.put was not measured. Measured were: timeline.get.",
    );
    expect(() => outcomesOf([], "lost == 0")).toThrow("failures, timeouts, not_sent");
  });

  it("passes no time of which nothing was measured", () => {
    const empty = new Map([["lag", { values: newHistogram(), lateness: newHistogram() }]]);
    const verdict = judge(measuredOf(RECORDER, { distributions: empty }), [
      parseThreshold("p99(lag) < 1s"),
      parseThreshold("mean(lag) < 1s"),
    ]);
    expect(verdict.outcome).toBe("invalid");
    expect(verdict.reasons).toEqual([
      "INVALID: p99(lag) < 1s: nothing was measured there.",
      "INVALID: mean(lag) < 1s: nothing was measured there.",
    ]);
  });

  it("warns near the driver's ceiling", () => {
    const driver = { name: "raw", ceilingPerSecond: 5 };
    expect(judge(measuredOf(RECORDER, { seconds: 1, driver }), []).warnings).toEqual([
      "The raw driver sent 4/s, above 70% of the 5/s that it can do here: use more generators.",
    ]);
  });

  it("warns of what the machine went through", () => {
    const quiet = {
      host: "a",
      seconds: 1,
      stealShare: 0.05,
      throttledShare: 0,
      pressureShare: 0.9,
      cpuShare: 1,
      probeRatio: 1,
      wallStepMs: 100,
    };
    const warnings = (changes: Partial<MachineReport>) =>
      judge(measuredOf(RECORDER, { machines: [{ ...quiet, ...changes }] }), []).warnings;
    expect(warnings({})).toEqual([]);
    expect(warnings({ stealShare: undefined, throttledShare: undefined })).toEqual([]);
    expect(warnings({ probeRatio: 0.8 })).toEqual([
      "The CPU of a was 0.80 times as fast after the run as before it.",
    ]);
    expect(warnings({ stealShare: 0.06 })).toEqual([
      "Other guests of its host took 6.0% of a core from a: repeat the run when it is quieter.",
    ]);
    expect(warnings({ throttledShare: 0.001 })).toEqual([
      "A CPU quota held a back for 0.1% of the run: raise it, or load less.",
    ]);
    expect(warnings({ wallStepMs: -2_500 })).toEqual([
      "The wall clock of a stepped by -2.50 s: times are from the monotonic clock and hold; timestamps of the log may not.",
    ]);
  });
});

describe("doubt", () => {
  const p99 = (ms: number) => `p99(timeline.get) < ${ms}ms`;

  it("is about a bound that the generator's lateness could carry a time across, and no other", () => {
    const late = { micros: 30_000, lateMicros: 4_000 };
    expect(judged(late, p99(1_000)).outcome).toBe("passed");
    expect(judged(late, p99(32)).outcome).toBe("invalid");
    expect(judged(late, p99(25)).outcome).toBe("invalid");
    expect(judged(late, p99(20)).outcome).toBe("failed");
    expect(judged({ micros: 316_000, lateMicros: 50_000 }, p99(100))).toMatchObject({ code: 3 });
  });

  it("does not excuse what is broken beyond it: that exits 3", () => {
    const late = { micros: 30_000, lateMicros: 4_000 };
    const { code, reasons } = judged(late, p99(32), "failed(timeline.get) > 1%");
    expect(code).toBe(3);
    expect(reasons.map((reason) => reason.split(":")[0])).toEqual([
      "INVALID",
      "FAILED",
      "To make the generator punctual",
    ]);
  });

  it("does not come from a quantile that nobody asked for", () => {
    expect(judged({ micros: 5_000, lateMicros: 4_000 }, "failures == 0").code).toBe(0);
  });

  it("is INCONCLUSIVE, and never exits 0, where the machine's speed decides", () => {
    const changed = { micros: 30_000, probeRatio: 0.8 };
    const { outcome, code, reasons } = judged(changed, p99(35));
    expect([outcome, code]).toEqual(["inconclusive", 5]);
    expect(reasons.join()).toMatch(
      /^INCONCLUSIVE: p99\(timeline\.get\) < 35ms: it was 30\.\d\d ms, and the CPU's speed changed by 25% meanwhile: run it again, /,
    );
    expect(judged(changed, p99(28)).code).toBe(5);
    expect(judged(changed, p99(1_000)).code).toBe(0);
    expect(judged(changed, p99(10)).code).toBe(3);
  });
});

describe("the notes of a verdict", () => {
  it("say that something waited for a CPU", () => {
    const machine = { host: "a", seconds: 1, cpuShare: 0, probeRatio: 1, pressureShare: 0.97 };
    const machines = [{ ...machine, stealShare: 0, throttledShare: 0 }];
    expect(judge(measuredOf(RECORDER, { machines }), []).notes).toEqual([
      "something on a waited for a CPU 97% of the time",
    ]);
  });

  it("name what became slower all through the run, and nothing in a steady one", () => {
    const run = (slowerMicros: number) => {
      const recorder = new Recorder([OPERATION]);
      for (let i = 0; i < 6_000; i++) {
        const micros = 5_000 + (i % 7) * 300 + slowerMicros * (i / 100);
        const intendedMicros = i * 10_000;
        recorder.intended(0, intendedMicros);
        recorder.ended(0, {
          outcome: "ok",
          status: 0,
          intendedMicros,
          readyMicros: intendedMicros,
          writtenMicros: intendedMicros,
          endedMicros: intendedMicros + micros,
          slotWaitMicros: 0,
          flowWaitMicros: 0,
        });
      }
      return judge(measuredOf(recorder), []).notes;
    };
    expect(run(0)).toEqual([]);
    expect(run(1_000)?.join()).toMatch(
      /^timeline\.get \(p50\) rose by (0\.9\d*|1\.0\d*) ms each second$/,
    );
  });
});

describe("validity", () => {
  it("allows lateness of a tenth of the quantile, or 0.2 ms", () => {
    const valid = (micros: number, late: number) =>
      judgeQuantile(only(micros), only(late), 0.99).valid;
    expect([valid(1_000, 200), valid(1_000, 201)]).toEqual([true, false]);
    expect([valid(10_000, 1_000), valid(10_000, 1_050)]).toEqual([true, false]);
  });

  it("finds the one window of 10 s that was short, wherever it lies", () => {
    const windows = new RateWindows();
    for (let i = 0; i < 100_000; i++) {
      windows.intended(i * 1_000);
      if (i < 53_000 || i >= 53_150) windows.sent(i * 1_000);
    }
    expect(judgeRate(windows).valid).toBe(false);
    expect(judgeRate(windows).worst).toMatchObject({ intended: 10_000, sent: 9_850 });
    const { reason } = judgeRate(windows);
    expect(reason).toBe(
      "From 44 s on (from the warm-up's begin), 98.5% of the intended was sent within a second of its time, in 10 s; the target took no more: look at timeouts, waits and what was in flight.",
    );
  });
});
