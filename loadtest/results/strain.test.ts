import { describe, expect, it } from "vitest";
import { Recorder } from "../measure/recorder.ts";
import { measuredOf } from "../measure/testing/measured-of.ts";
import { parseThreshold } from "../measure/thresholds.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { strainCountsOf, strainOf } from "./strain.ts";

const TIMEOUT_MS = 1_000;
const WARM_UP_SECONDS = 10;
const PLAIN = {
  pace: { shape: "constant" },
  faults: [],
  surges: [],
  seconds: 60,
  warmUpSeconds: WARM_UP_SECONDS,
} as const satisfies Partial<Scenario>;

/** What was answered in a second of the measured part: so many, each after so long; the rest was refused. */
interface Second {
  readonly good: number;
  readonly tookMs: number;
  readonly refused?: number;
}

function strain(scenario: Partial<Scenario>, at: (second: number) => Second) {
  const recorder = new Recorder(
    [
      { name: "timeline.get", timeoutMs: TIMEOUT_MS },
      { name: "hot.page", timeoutMs: TIMEOUT_MS },
    ],
    WARM_UP_SECONDS * 1e6,
  );
  const add = (operation: number, second: number, tookMs: number, isOk = true) => {
    const intendedMicros = (WARM_UP_SECONDS + second) * 1e6;
    recorder.intended(operation, intendedMicros);
    recorder.ended(operation, {
      ...{ intendedMicros, readyMicros: intendedMicros, writtenMicros: intendedMicros },
      ...{ slotWaitMicros: 0, flowWaitMicros: 0 },
      endedMicros: intendedMicros + tookMs * 1_000,
      outcome: isOk ? "ok" : "failed",
      status: isOk ? 0 : 14,
    });
  };
  for (let second = 0; second < PLAIN.seconds; second++) {
    const { good, tookMs, refused = 0 } = at(second);
    for (let i = 0; i < good; i++) add(0, second, tookMs);
    for (let i = 0; i < refused; i++) add(0, second, 1, false);
    for (let i = 0; i < 50; i++) add(1, second, 900);
  }
  const found = strainOf({ ...PLAIN, ...scenario }, measuredOf(recorder));
  expect([...found.keys()]).toEqual(strainCountsOf({ ...PLAIN, ...scenario }));
  return Object.fromEntries([...found].map(([name, percent]) => [name, Math.round(percent)]));
}

describe("how a target bears the hard time", () => {
  it("is the last step, by the best of those before", () => {
    const pace = { shape: "steps", factors: [0.5, 1, 3] } as const;
    const found = strain({ pace }, (second) => {
      if (second < 20) return { good: 50, tookMs: 10 };
      return second < 40 ? { good: 100, tookMs: 20 } : { good: 95, tookMs: 30, refused: 200 };
    });
    expect(found.strained_goodput).toBe(95);
    expect(Math.abs(found.strained_p99 - 150)).toBeLessThan(6);
    expect(found.strained_asked).toBe(345);
    expect(Object.keys(found)).toEqual(["strained_goodput", "strained_p99", "strained_asked"]);
  });

  it("is the first step that asks for three times the best of all others, or the last", () => {
    const pace = { shape: "steps", factors: [1, 3, 6] } as const;
    const asks = (refused: number) =>
      strain({ pace }, (second) => {
        if (second < 20) return { good: 90, tookMs: 10 };
        if (second < 40) return { good: 80, tookMs: 10, refused };
        return { good: 100, tookMs: 10, refused: 500 };
      });
    // The others that nobody answers for count as asked, 50 a second.
    expect(asks(300)).toMatchObject({ strained_goodput: 80, strained_asked: 430 });
    expect(asks(150)).toMatchObject({ strained_goodput: 111, strained_asked: 722 });
  });

  it("is all of the last steps that ask for the same, and so is what was before", () => {
    // In each half a minute one second is lost, at any load.
    const pace = { shape: "steps", factors: [1, 1, 1, 3, 3, 3] } as const;
    const found = strain({ pace }, (second) =>
      [13, 55].includes(second) ? { good: 0, tookMs: 10 } : { good: 100, tookMs: 10 },
    );
    expect(found.strained_goodput).toBe(100);
    expect(
      strain({ pace: { shape: "steps", factors: [2, 2] } }, () => ({ good: 1, tookMs: 1 })),
    ).toEqual({});
  });

  it("is a fault that lasts, and what is after it", () => {
    const faults = [
      { kind: "slow", atSecond: 0, label: "post", seconds: 60, times: 2 },
      { kind: "pause", atSecond: 25, label: "post", seconds: 5 },
    ] as const;
    const found = strain({ faults }, (second) => {
      if (second >= 25 && second < 30) return { good: 0, tookMs: 10, refused: 100 };
      return second < 33 ? { good: 100, tookMs: 10 } : { good: 99, tookMs: 10 };
    });
    expect(found).toMatchObject({ strained_goodput: 0, recovered_goodput: 99, recovered_p99: 100 });
  });

  it("is one who asks for very much, whose own pages do not count", () => {
    const surges = [{ kind: "hot viewer", atSecond: 20, seconds: 20, perSecond: 50 }] as const;
    const found = strain({ surges }, (second) => ({
      good: second >= 20 && second < 40 ? 90 : 100,
      tookMs: 10,
    }));
    expect(found).toMatchObject({ strained_goodput: 90, recovered_goodput: 100 });
  });

  it("is nothing, where there is none; its names are for thresholds", () => {
    expect(strain({}, () => ({ good: 1, tookMs: 1 }))).toEqual({});
    expect(parseThreshold("strained_goodput > 90").metric).toMatchObject({ kind: "counter" });
  });
});
