import { describe, expect, it } from "vitest";
import { RateWindows } from "../../measure/rate-windows.ts";
import { Recorder } from "../../measure/recorder.ts";
import { measuredOf } from "../../measure/testing/measured-of.ts";
import { parseThreshold } from "../../measure/thresholds.ts";
import { judge } from "../../measure/verdict.ts";
import { runFixture } from "../../report/testing/run-fixture.ts";
import type { Resources } from "../../results/resources.ts";
import { type HeldStep, heldStepOf } from "../capacity-target.ts";
import { judgeStep } from "./judge-step.ts";
import { whatSaturated } from "./saturation.ts";
import { waitingIn } from "./waiting.ts";

const SECONDS = 40;
const STEADY = Array.from({ length: SECONDS }, (_, i) => 5 + (i % 3));
const RISING = Array.from({ length: SECONDS }, (_, i) => 5 + (i % 3) + 10 * i);
const MACHINE = {
  host: "here",
  seconds: SECONDS,
  stealShare: 0,
  throttledShare: 0,
  pressureShare: 0,
  cpuShare: 0.5,
  probeRatio: 1,
};

interface Made {
  readonly responseMs: number;
  readonly latenessMs: number;
  readonly pending: readonly number[];
  readonly use: readonly Partial<Resources["processes"][number]>[];
  readonly failure: string;
  readonly probeRatio: number;
  readonly warmUpSeconds: number;
  readonly lost: number;
  /** Of ten calls in each second: not sent, and whether by the generator's fault. */
  readonly missing: number;
  readonly byGenerator: boolean;
}

/** A step of ten calls a second, after a warm-up, with p99 below 50 ms and nothing lost as its level. */
function step(made: Partial<Made> = {}): HeldStep {
  const {
    responseMs = 10,
    latenessMs = 0,
    probeRatio = 1,
    missing = 0,
    warmUpSeconds = 3,
    lost = 0,
  } = made;
  const operation = { name: "timeline.get", timeoutMs: 1_000 };
  const recorder = new Recorder([operation], warmUpSeconds * 1e6);
  const windows = new RateWindows();
  for (let i = 0; i < 10 * SECONDS; i++) {
    const intendedMicros = warmUpSeconds * 1e6 + i * 100_000;
    const readyMicros = intendedMicros;
    const writtenMicros = readyMicros + latenessMs * 1000;
    const endedMicros = intendedMicros + responseMs * 1000;
    const waits = { slotWaitMicros: 0, flowWaitMicros: 0 };
    recorder.intended(0, intendedMicros);
    const sent = { intendedMicros, readyMicros, writtenMicros, endedMicros, ...waits };
    recorder.ended(0, { outcome: "ok", status: 0, ...sent });
    windows.intended(intendedMicros);
    if (i % 10 >= missing) windows.sent(intendedMicros);
    else if (made.byGenerator) windows.missedByGenerator(intendedMicros);
  }
  const machines = [{ ...MACHINE, probeRatio }];
  const counters = new Map([["lost", lost]]);
  const measured = measuredOf(recorder, { seconds: SECONDS, windows, machines, counters });
  return {
    measured,
    verdict: judge(measured, ["p99(timeline.get) < 50ms", "lost == 0"].map(parseThreshold)),
    resources: {
      atSeconds: STEADY.map((_, i) => i + 1),
      processes: (made.use ?? []).map((use) => ({
        label: "post-0",
        cpuShare: [0.2, 0.2],
        residentMiB: [1, 1],
        cpuSeconds: 20,
        ...use,
      })),
      pending: { chunks: made.pending ?? STEADY },
      work: {},
    },
    failure: made.failure,
  };
}

describe("a step", () => {
  it("holds when the bound is out of the lateness's reach, and gives no figure that is not known", () => {
    const { outcome, figures } = judgeStep(step({ latenessMs: 5 }));
    expect([outcome, figures]).toEqual(["held", {}]);
  });

  it("holds when the service level does and nothing rises", () => {
    const judged = judgeStep(step({ use: [{}] }));
    expect(judged).toMatchObject({ outcome: "held", reasons: [], atLimit: [], goodput: 10 });
    expect(judged.cpu).toEqual({ "post-0": 0.5 });
    expect(judged.figures["timeline.get p99"]).toBeCloseTo(10, 1);
    expect(Object.keys(judged.figures)).toEqual(["timeline.get p50", "timeline.get p99"]);
  });

  it.each([
    ["a threshold is broken", { responseMs: 60 }, "p99(timeline.get) < 50ms"],
    ["what waits rises", { pending: RISING }, "chunks rises: 10.0 a second"],
    ["the target took no more", { missing: 2 }, "the target took no more"],
    ["it ended before its time", { failure: "timeline-0 died." }, "timeline-0 died."],
    ["posts are lost", { lost: 2 }, "lost == 0: it was 2"],
    ["posts are lost, whatever else was", { lost: 1, probeRatio: 0.5, latenessMs: 9 }, "lost == 0"],
    ["it fails whatever else is not known", { responseMs: 60, latenessMs: 4 }, "50ms"],
  ])("fails when %s", (_, made, reason) => {
    const { outcome, reasons } = judgeStep(step(made));
    expect([outcome, reasons.join()]).toEqual(["failed", expect.stringContaining(reason)]);
  });

  it.each([
    [
      "the generator was too late for its bound",
      { responseMs: 48, latenessMs: 6 },
      "the generator itself",
    ],
    ["the generator sent too little", { missing: 2, byGenerator: true }, "too slow"],
    ["the machine changed", { probeRatio: 0.85 }, "0.85 times"],
    ["the machine changed, though it failed", { responseMs: 60, probeRatio: 1.2 }, "1.20 times"],
  ])("is inconclusive when %s", (_, made, reason) => {
    const { outcome, reasons } = judgeStep(step(made));
    expect([outcome, reasons.join()]).toEqual(["inconclusive", expect.stringContaining(reason)]);
  });

  it("is inconclusive on a machine that is not what it was when the search began", () => {
    expect(judgeStep(step(), { before: 0.95, after: 1.05 }).outcome).toBe("held");
    const { outcome, reasons } = judgeStep(step(), { before: 0.8, after: 0.85 });
    expect([outcome, reasons.length]).toEqual(["inconclusive", 2]);
  });

  it("sees calls in flight rise, and no rise from the warm-up, which is not measured", () => {
    const steady = judgeStep(step({ responseMs: 650, warmUpSeconds: 40 }));
    expect(steady.reasons.join()).not.toContain("rises");
    const [inFlight] = waitingIn(step({ responseMs: 650, warmUpSeconds: 40 }));
    expect(inFlight.points.map(({ value }) => value)).toEqual(new Array(SECONDS).fill(6));
    const slower = step();
    // Each second one call more is intended than ends.
    for (let second = 3; second < SECONDS + 3; second++) {
      slower.measured.windows.intended(second * 1e6);
      slower.measured.windows.sent(second * 1e6);
    }
    expect(judgeStep(slower).reasons).toEqual(["in flight rises: 1.00 a second"]);
  });
});

describe("what was saturated", () => {
  const failed = (made: Partial<Made>, cores?: number) => {
    const judged = judgeStep(step({ responseMs: 60, ...made }), undefined, cores);
    const phase = "search";
    return whatSaturated(
      [{ load: 100, seconds: SECONDS, phase, ...judged }],
      100,
      "calls a second",
    );
  };

  it("names main threads, processes, all cores together, and what waits", () => {
    const main = { label: "timeline-0", cpuShare: [1.4, 1.5], mainThreadShare: [0.97, 0.97] };
    expect(failed({ use: [main, {}] })).toBe(
      "At 100 calls a second these were at their limit: timeline-0 (its main thread used 97% of a core).",
    );
    const idle = { label: "broker", cpuShare: [1.4, 1.5], mainThreadShare: [0.3, 0.3] };
    expect(failed({ use: [idle] })).toContain("no process and no queue was at its limit");
    expect(failed({ use: [idle] }, 2)).toContain(
      "all 2 cores (the target at 1.50, the generators at 0.50)",
    );
    expect(failed({ use: [{ cpuShare: [0.93, 0.93] }], pending: RISING })).toMatch(
      /post-0 \(it used 93% of a core\); chunks rises: 10.0 a second/,
    );
  });

  it("says what failed when nothing was", () => {
    expect(failed({})).toContain("it failed by: p99(timeline.get) < 50ms");
  });
});

describe("a run of a scenario as a step", () => {
  it("is judged as it is read from its file", () => {
    const died = judgeStep(heldStepOf(runFixture({ seconds: 30, diesAtSecond: 11 })));
    expect(died.reasons).toEqual(["The target died: timeline-0 ended with SIGKILL."]);
    expect(died.figures["lag p99"]).toBeGreaterThan(1);
    expect(Object.keys(died.cpu)).toContain("timeline-0");
    const run = runFixture({ seconds: 30 });
    const { warmUpSeconds } = run.scenario;
    const later = run.measured.startedAtMs + 1000 * (warmUpSeconds + 30 + 7);
    expect(heldStepOf(run, later).overForSeconds).toBe(7);
    expect(heldStepOf(run, 0).overForSeconds).toBe(0); // the clock was set back
  });
});
