import { describe, expect, it } from "vitest";
import { simulate, stepsAt } from "../run/testing/simulate.ts";
import { measuredFrom, measuredToJson } from "./measured-json.ts";
import { Recorder } from "./recorder.ts";
import { measuredOf } from "./testing/measured-of.ts";
import { parseThreshold } from "./thresholds.ts";
import { judgeRate } from "./validity.ts";
import { EXIT_CODES, judge } from "./verdict.ts";

const EVERY_MS = Array.from({ length: 15_000 }, (_, i) => i * 1_000);
/** A hundred in flight answer 111 a second: of 1,000 a second most are refused, by a punctual generator. */
const HELD = simulate(stepsAt(EVERY_MS), { server: { serviceMicros: 900_000 }, maxOpen: 100 });
/** 10,000 a second for 2 s, of which the generator begins nothing for 1.9 s. */
const LATE = simulate(stepsAt(Array.from({ length: 20_000 }, (_, i) => i * 100)), {
  operation: { name: "timeline.get", timeoutMs: 10_000 },
  server: { serviceMicros: 1_000 },
  maxOpen: 100,
  freezes: [{ fromMicros: 10_000, toMicros: 1_900_000 }],
});

function judgedOf(recorder: typeof HELD, ...texts: string[]) {
  const { outcome, reasons, rate } = judge(measuredOf(recorder), texts.map(parseThreshold));
  return { outcome, code: EXIT_CODES[outcome], reasons: reasons.join("\n"), rate };
}

describe("what the generator's own bound refused", () => {
  it.each([
    "p99(timeline.get) < 950ms",
    "mean(timeline.get) < 950ms",
    "failed(timeline.get) <= 1%",
    "failures == 0",
    "not_sent == 0",
  ])("is no answer of the target, and so no verdict on %s", (text) => {
    const { code, reasons } = judgedOf(HELD, text);
    expect(code).toBe(EXIT_CODES.invalid);
    expect(reasons).toMatch(/INVALID: .*\(--max-open\), which is no answer of the target: it was/);
    expect(reasons).not.toContain("To make the generator punctual");
  });

  it.each(["p99(timeline.get) < 500ms", "mean(timeline.get) < 500ms"])(
    "excuses no target that was too slow by what was sent: %s",
    (text) => expect(judgedOf(HELD, text).code).toBe(EXIT_CODES.failed),
  );

  it("passes nothing that it might have broken, nor breaks what it can't", () => {
    expect(judgedOf(HELD, "p50(timeline.get) > 950ms").outcome).toBe("invalid");
    expect(judgedOf(HELD, "timeouts == 0").reasons).not.toContain("timeouts");
  });

  it("stands in what a run sent too little by, with the bound's flag, and in how long", () => {
    expect(judgedOf(HELD).reasons).toMatch(
      /^INVALID: From \d s on .*% of the intended was sent within a second of its time, in 10 s; the generator's own bound .*\(--max-open\) refused \d+, while as many had no answer yet/,
    );
    expect(judgedOf(HELD).rate.isByGenerator).toBe(false);
    const { outcome, reasons, rate } = judgedOf(LATE, "p99(timeline.get) < 1s", "failures == 0");
    expect(outcome).toBe("invalid");
    expect(reasons).toMatch(/in 2 s; .*\(--max-open\) refused \d+, and it was \d\.\d\d s late/);
    expect(rate.isByGenerator).toBe(true);
  });

  it.each([
    [5_000, "invalid"],
    [8_000_000, "failed"],
  ])("leaves of a generator's own queue what a target took, %i us: %s", (tookMicros, outcome) => {
    const recorder = new Recorder([{ name: "timeline.get", timeoutMs: 10_000 }]);
    for (let i = 0; i < 2_000; i++) {
      const isRefused = i >= 100;
      const at = { intendedMicros: i * 1_000, readyMicros: i * 1_000 };
      const writtenMicros = isRefused ? -1 : i * 1_000 + 5_000_000;
      recorder.intended(0, at.intendedMicros);
      recorder.ended(0, {
        ...at,
        ...(isRefused ? { outcome: "not_sent", isRefused } : { outcome: "ok" }),
        status: 0,
        writtenMicros,
        endedMicros: isRefused ? i * 1_000 + 1_500_000 : writtenMicros + tookMicros,
        slotWaitMicros: isRefused ? 0 : 3_500_000,
        flowWaitMicros: 0,
      });
    }
    expect(judgedOf(recorder, "p99(timeline.get) < 1s", "mean(timeline.get) < 1s")).toMatchObject({
      outcome,
      rate: { isByGenerator: true },
    });
  });

  it("is the generator's own doing too when it was punctual, and had no more to give", () => {
    const { windows } = measuredOf(HELD);
    expect(judgeRate(windows, { wantedShare: 0.5 }).isByGenerator).toBe(false);
    expect(judgeRate(windows, { wantedShare: 0.88 })).toMatchObject({
      isByGenerator: true,
      reason: expect.stringContaining("busy 88% of the time"),
    });
  });

  it("is known of a result that was written, and not of one of before", () => {
    const json = measuredToJson(measuredOf(HELD));
    const again = (changed: typeof json) =>
      judge(measuredFrom(JSON.parse(JSON.stringify(changed))), [parseThreshold("failures == 0")]);
    expect(again(json).thresholds[0].outcome).toBe("invalid");
    const { refusedBySecond: _, ...windows } = json.windows;
    const operations = json.operations.map((one) => {
      const { refused: __, ...counts } = one.counts;
      return { ...one, counts };
    });
    expect(again({ ...json, windows, operations } as typeof json)).toMatchObject({
      thresholds: [{ outcome: "failed" }],
      rate: { valid: false },
    });
  });
});

it("of calls that nobody came to make no share is known, as no time is", () => {
  const recorder = new Recorder(["login", "read"].map((name) => ({ name, timeoutMs: 1_000 })));
  const times = { intendedMicros: 0, readyMicros: 0, writtenMicros: 0, endedMicros: 1_000 };
  recorder.intended(0, 0);
  recorder.ended(0, { outcome: "ok", status: 0, ...times, slotWaitMicros: 0, flowWaitMicros: 0 });
  const { outcome, reasons } = judgedOf(recorder, "failed(login) <= 1%", "failed(read) <= 1%");
  expect(outcome).toBe("invalid");
  expect(reasons).toBe("INVALID: failed(read) <= 1%: nothing was measured there.");
});

it("a percentile of too few calls is said to hang on the slowest of them", () => {
  const recorder = new Recorder([{ name: "page", timeoutMs: 1_000 }]);
  for (let i = 0; i < 50; i++) {
    const times = { intendedMicros: i, readyMicros: i, writtenMicros: i, endedMicros: i + 1_000 };
    recorder.intended(0, i);
    recorder.ended(0, { outcome: "ok", status: 0, ...times, slotWaitMicros: 0, flowWaitMicros: 0 });
  }
  const texts = ["p50(page) < 1s", "p98(page) < 1s", "p99.9(page) < 1s", "max(page) < 1s"];
  const { outcome, warnings } = judge(measuredOf(recorder), texts.map(parseThreshold));
  expect([outcome, warnings]).toEqual([
    "passed",
    [
      "p99.9(page) < 1s hangs on a single call, the slowest of 50: of 1000 or more it would say what it is about.",
    ],
  ]);
});
