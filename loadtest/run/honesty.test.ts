import { describe, expect, it } from "vitest";
import { newHistogram, quantile, record } from "../measure/histogram.ts";
import { Recorder } from "../measure/recorder.ts";
import { measuredOf } from "../measure/testing/measured-of.ts";
import { parseThreshold } from "../measure/thresholds.ts";
import { judge } from "../measure/verdict.ts";
import { intendedTimes } from "../pacers/arrivals.ts";
import { constant } from "../pacers/shapes.ts";
import { endOfService } from "./testing/model-server.ts";
import { OPERATION, simulate, stepsAt } from "./testing/simulate.ts";

/** Each second the server stands still for 100 ms; otherwise it answers in 1 ms. */
const SERVER = { serviceMicros: 1_000, stall: { everyMicros: 1_000_000, forMicros: 100_000 } };
const SECONDS = 60;
const UNAVAILABLE = 14;

/**
 * A share `forMicros / everyMicros` of the calls comes during a stall, evenly over it, and waits for its
 * end: P(response > service + x) = (for - x) / every.
 */
function analytic(q: number): number {
  const { everyMicros, forMicros } = SERVER.stall;
  return SERVER.serviceMicros + Math.max(0, forMicros - (1 - q) * everyMicros);
}

/** What a tool with one call in flight at a time reports: it calls once a stall, and then waits too. */
function closedLoop() {
  const histogram = newHistogram();
  for (let now = 0; now < SECONDS * 1e6; ) {
    const answered = endOfService(SERVER, now);
    record(histogram, answered - now);
    now = answered;
  }
  return histogram;
}

function openLoop(freezes: readonly { fromMicros: number; toMicros: number }[] = []) {
  const times = intendedTimes(constant(1_000, SECONDS), { seed: 5, spread: "poisson" });
  return simulate(stepsAt(times), { server: SERVER, freezes });
}

/** The loop stands still for 20 ms in each 200 ms: hogs of higher priority, or a CPU quota. */
const STARVED = Array.from({ length: SECONDS * 5 }, (_, i) => ({
  fromMicros: i * 200_000 + 150_000,
  toMicros: i * 200_000 + 170_000,
}));

describe("the load that was made", () => {
  const ended = (recorder: Recorder, second: number, status: number, writtenMicros: number) => {
    const intendedMicros = second * 1e6;
    recorder.intended(0, intendedMicros);
    recorder.ended(0, {
      outcome: writtenMicros < 0 ? "not_sent" : "failed",
      status,
      intendedMicros,
      readyMicros: intendedMicros,
      writtenMicros,
      endedMicros: intendedMicros + 100,
      slotWaitMicros: 0,
      flowWaitMicros: 0,
    });
  };

  it("is made on a target that is away and refuses it, and not when it could not be sent", () => {
    const refused = new Recorder([OPERATION]);
    for (let second = 0; second < 20; second++) ended(refused, second, UNAVAILABLE, -1);
    expect(judge(measuredOf(refused), []).rate.valid).toBe(true);
    expect(refused.operations[0].counts).toMatchObject({ sent: 0, notSent: 20 });
    const unsent = new Recorder([OPERATION]);
    for (let second = 0; second < 20; second++) ended(unsent, second, -1, -1);
    expect(judge(measuredOf(unsent), []).rate.valid).toBe(false);
  });
});

describe("honesty", () => {
  it("finds the percentiles of a stalling server, which a closed loop underreports", () => {
    const { response, lateness } = openLoop().operations[0];
    for (const q of [0.5, 0.92, 0.95, 0.99, 0.999]) {
      // 60,000 calls: the sampling error of the share is below 0.2%, 2 ms of the stall's ramp.
      expect(Math.abs(quantile(response, q) - analytic(q))).toBeLessThan(3_000);
    }
    expect(analytic(0.99)).toBeCloseTo(91_000, 6);
    expect(quantile(closedLoop(), 0.99)).toBeLessThan(1_002);
    expect(quantile(lateness, 1)).toBe(0);
  });

  it("passes on a punctual generator", () => {
    const verdict = judge(measuredOf(openLoop()), [parseThreshold("p99(timeline.get) < 95ms")]);
    expect(verdict).toMatchObject({ outcome: "passed", reasons: [] });
  });

  it("is INVALID on a starved generator, by the quantiles that it was too late for", () => {
    const recorder = openLoop(STARVED);
    const verdict = judge(measuredOf(recorder), [
      parseThreshold("p99(timeline.get) < 95ms"),
      parseThreshold("p50(timeline.get) < 5ms"),
    ]);
    expect(verdict.outcome).toBe("invalid");
    expect(verdict.thresholds.map(({ outcome }) => outcome)).toEqual(["invalid", "passed"]);
    expect(verdict.reasons.join()).toContain("the generator itself was");
  });

  it("is INVALID when the load was not sent, and says who kept it", () => {
    const late = openLoop([{ fromMicros: 10_000_000, toMicros: 12_000_000 }]);
    const byGenerator = judge(measuredOf(late), []);
    expect(byGenerator).toMatchObject({ outcome: "invalid" });
    expect(byGenerator.reasons.join()).toContain("the generator was too slow");

    const slow = { server: { serviceMicros: 900_000 }, maxOpen: 100 };
    const everyMilli = Array.from({ length: 15_000 }, (_, i) => i * 1_000);
    const byTarget = judge(measuredOf(simulate(stepsAt(everyMilli), slow)), []);
    expect(byTarget.outcome).toBe("invalid");
    expect(byTarget.reasons.join()).toContain("(--max-open) refused");
  });
});
