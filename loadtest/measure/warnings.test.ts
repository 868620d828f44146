import { expect, it } from "vitest";
import { RateWindows } from "./rate-windows.ts";
import { Recorder } from "./recorder.ts";
import { measuredOf } from "./testing/measured-of.ts";
import { judgeRate } from "./validity.ts";
import { warningsOf } from "./warnings.ts";

/** So many of 100 calls waited for a connection. */
function warned(waited: number): readonly string[] {
  const recorder = new Recorder([{ name: "page", timeoutMs: 1_000 }]);
  for (let i = 0; i < 100; i++) {
    recorder.intended(0, 0);
    const slotWaitMicros = i < waited ? 30_000 : 0;
    const times = { intendedMicros: 0, readyMicros: 0, writtenMicros: slotWaitMicros };
    const ended = { ...times, endedMicros: 100_000, slotWaitMicros, flowWaitMicros: 0 };
    recorder.ended(0, { outcome: "ok", status: 0, ...ended });
  }
  return warningsOf(measuredOf(recorder));
}

it("says when calls waited for a connection, and for how long", () => {
  expect(warned(1)).toEqual([]);
  expect(warned(20)).toEqual([
    expect.stringMatching(/^20% of page waited .* 30\.0 ms .* give more --connections/),
  ]);
});

it("does not say of calls that waited for a connection that the target took no more", () => {
  const windows = new RateWindows();
  for (let i = 0; i < 100; i++) windows.intended(0);
  expect(judgeRate(windows, { waitedShare: 0.4 }).reason).toContain("the target took no more");
  expect(judgeRate(windows, { waitedShare: 0.9 }).reason).toContain(
    "90% of the calls waited for a free connection, or a stream on one: give more --connections",
  );
});
