import { describe, expect, it } from "vitest";
import { Recorder } from "../../measure/recorder.ts";
import { measuredOf } from "../../measure/testing/measured-of.ts";
import { RunLog } from "../run-log.ts";
import { judgeRun } from "./judge-run.ts";

const WARM_UP_SECONDS = 5;
const SECONDS = 30;
const PER_SECOND = 20;

/** Of steps that the target did not take (or that the generator missed) in some seconds of the run. */
function measured(isAway: (second: number) => boolean, isLate = false) {
  const recorder = new Recorder([{ name: "page", timeoutMs: 1_000 }], WARM_UP_SECONDS * 1e6);
  for (let n = 0; n < (WARM_UP_SECONDS + SECONDS) * PER_SECOND; n++) {
    const intendedMicros = (n / PER_SECOND) * 1e6;
    recorder.intended(0, intendedMicros);
    const away = isAway(intendedMicros / 1e6 - WARM_UP_SECONDS);
    const endedMicros = intendedMicros + (away && isLate ? 2e6 : 1_000);
    recorder.ended(0, {
      outcome: away ? "not_sent" : "ok",
      status: 0,
      intendedMicros,
      readyMicros: intendedMicros,
      writtenMicros: away ? -1 : intendedMicros,
      endedMicros,
      slotWaitMicros: 0,
      flowWaitMicros: 0,
    });
  }
  return measuredOf(recorder, { counters: new Map([["lost", 0]]) });
}

/** From second 10 to second 13. */
function logWithAbsence(): RunLog {
  let second = 10;
  const log = new RunLog(() => second);
  const isBack = log.goesAway();
  second = 13;
  isBack();
  return log;
}

const judged = (thresholds: readonly string[], ...rest: [ReturnType<typeof measured>, RunLog]) =>
  judgeRun({ thresholds, warmUpSeconds: WARM_UP_SECONDS }, ...rest);

describe("a run with faults", () => {
  const away = (second: number) => second >= 10 && second < 14;

  it("is the load asked for, when what could not be sent was due in an absence", () => {
    const verdict = judged(["failed(page) <= 15%", "lost == 0"], measured(away), logWithAbsence());
    expect(verdict.outcome).toBe("passed");
    expect(verdict.warnings.join()).toContain("80 steps could not be sent: they count as failed");
  });

  it("has these steps among its failures all the same", () => {
    const verdict = judged(["failed(page) <= 5%"], measured(away), logWithAbsence());
    expect(verdict.outcome).toBe("failed");
    expect(verdict.thresholds[0].value).toBeCloseTo(4 / SECONDS);
  });

  it("is INVALID when the generator missed them, or without a fault", () => {
    expect(judged([], measured(away, true), logWithAbsence()).outcome).toBe("invalid");
    expect(judged([], measured(away), new RunLog(() => 0)).outcome).toBe("invalid");
  });

  it("is INVALID for what was not sent long after, or before", () => {
    for (const at of [6, 16]) {
      const verdict = judged(
        [],
        measured((s) => s >= at && s < at + 1),
        logWithAbsence(),
      );
      expect(verdict.outcome).toBe("invalid");
      expect(verdict.warnings.join()).not.toContain("steps could not be sent");
    }
  });
});

it("judges what was measured, and fails the run for the rest", () => {
  const log = new RunLog(() => 0);
  const verdict = judged(
    ["lost == 0", "stale == 0"],
    measured(() => false),
    log,
  );
  expect(verdict.thresholds.map(({ threshold }) => threshold.text)).toEqual(["lost == 0"]);
  expect(verdict.outcome).toBe("passed");
  expect(log.failures).toEqual(['"stale == 0" can\'t be judged, for stale was not measured.']);
});
