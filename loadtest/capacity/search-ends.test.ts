import { describe, expect, it } from "vitest";
import { FINDING_EXIT_CODES, findingOf } from "../results/finding.ts";
import type { CapacityResult, CapacityStep } from "./capacity-result.ts";
import type { CapacityTarget } from "./capacity-target.ts";
import type { CapacityRequest } from "./options.ts";
import { searchCapacity } from "./search-capacity.ts";
import { simulatedTarget } from "./testing/simulated-target.ts";

const MODEL = { workers: 2, serviceMicros: 40_000, mostWaiting: 40 };
const THRESHOLDS = ["p50(timeline.get) <= 120ms"];

function target(changes: Partial<Parameters<typeof simulatedTarget>[0]> = {}): CapacityTarget {
  return simulatedTarget({ model: MODEL, thresholds: THRESHOLDS, seed: 1, ...changes });
}

async function searched(loaded: CapacityTarget, changes: Partial<CapacityRequest> = {}) {
  return await searchCapacity(loaded, {
    command: "a test",
    startedAt: "2026-11-21T12:00:00Z",
    unit: "calls a second",
    start: 10,
    stepSeconds: 20,
    confirmSeconds: 20,
    ...changes,
  });
}

describe("a search of a target that can't be asked", () => {
  it("makes no step when it could not be loaded at all", async () => {
    const absent = { ...target(), hold: () => Promise.reject(new Error("ghz was not found.")) };
    const made: CapacityStep[] = [];
    const { steps, ended } = await searched(absent, { onStep: (step) => made.push(step) });
    expect([made, steps, ended]).toEqual([[], [], "ghz was not found."]);
  });
});

describe("a target that answers no call well", () => {
  /** Even an empty queue is too long for it. */
  const refusing = { ...MODEL, mostWaiting: -1 };

  it("is asked a little, and no more, and what it says instead is named", async () => {
    const { steps, summary, ended } = await searched(target({ model: refusing }));
    expect(steps.map(({ load, outcome }) => [load, outcome])).toEqual([
      [10, "failed"],
      [1, "failed"],
    ]);
    expect(steps[1].reasons[0]).toMatch(
      /^not one call was answered well: RESOURCE_EXHAUSTED \((\d+) of \1\)\.$/,
    );
    expect(ended).toBeUndefined();
    expect(summary.join()).toMatch(/^No load was confirmed\..*RESOURCE_EXHAUSTED/);
  });

  it("is searched on when it answers a little", async () => {
    // What came while it warmed up keeps it busy for longer than any call waits.
    const model = { workers: 2, serviceMicros: 40_000, finishesAbandoned: true };
    const silent = target({ model, warmUpSeconds: 60 });
    const { steps, confirmed } = await searched(silent, { start: 200, mostRefinements: 0 });
    expect(steps[0].inVain).toBeGreaterThan(0);
    expect(steps[1].outcome).toBe("held");
    expect(confirmed).toBeGreaterThan(30);
  });
});

const exitCode = (result: CapacityResult) => FINDING_EXIT_CODES[findingOf(result)];

/** As fast as it was before its steps of one kind, from the first of these on never twice the same. */
async function noisyFrom(phase: CapacityStep["phase"]): Promise<CapacityResult> {
  let isNoisy = false;
  let asked = 0;
  const sound = target();
  const restless: CapacityTarget = {
    ...sound,
    probeCpu: () => (isNoisy ? 1.3 + 0.3 * (asked++ % 3) : 1),
  };
  return await searched(restless, {
    tolerance: 0.01,
    onStep: (_, steps) => {
      const confirmed = steps.filter((one) => one.phase === "confirm" && one.outcome === "held");
      isNoisy = phase === "confirm" ? steps.length > 3 : confirmed.length >= 3;
    },
  });
}

describe("what a search that ends comes to", () => {
  it("is found when only steps after the interval was known said nothing", async () => {
    const result = await noisyFrom("refine");
    const { confirmed, failed, estimate, ended, leftOut, summary } = result;
    expect(failed).toBeGreaterThan(confirmed ?? Number.POSITIVE_INFINITY);
    expect([ended, estimate?.isRough, exitCode(result)]).toEqual([undefined, true, 0]);
    expect(leftOut).toMatch(/^13 steps said nothing/);
    expect(summary.join(" ")).toContain("(a rough estimate; 95%");
    expect(summary.join(" ")).not.toMatch(/INCONCLUSIVE|before its time/);
  });

  it("is inconclusive when too many say nothing before", async () => {
    const result = await noisyFrom("confirm");
    expect([result.confirmed, exitCode(result)]).toEqual([undefined, 5]);
    expect(result.summary.join(" ")).not.toContain("before its time");
  });

  it("is an end before its time when it is interrupted, or its budget is used up", async () => {
    const stop = new AbortController();
    const onStep = () => stop.abort();
    expect(exitCode(await searched(target(), { signal: stop.signal, onStep }))).toBe(1);
    const whole = await searched(target());
    const mostSteps = whole.steps.findLastIndex(({ phase }) => phase === "confirm") + 1;
    for (const most of [2, mostSteps]) {
      const result = await searched(target(), { mostSteps: most });
      expect([result.confirmed === undefined, exitCode(result)]).toEqual([most === 2, 1]);
    }
    expect(exitCode(whole)).toBe(0);
  });

  it("is that nothing holds when not one call was answered well", async () => {
    const model = { ...MODEL, mostWaiting: -1 };
    expect(exitCode(await searched(target({ model })))).toBe(3);
    // Once the machine was not itself, and the step was made again.
    const probe = (asked: number) => (asked === 3 ? 0.5 : 1);
    const { steps, ...result } = await searched(target({ model, probe }));
    expect(steps.map(({ outcome }) => outcome)).toEqual(["failed", "inconclusive", "failed"]);
    expect(exitCode({ ...result, steps })).toBe(3);
  });
});

it("tells by which delivery the target's posts travelled, where that is known", async () => {
  const once = { mostSteps: 1 };
  const pulled = await searched(target(), { ...once, delivery: "pull" });
  expect(pulled.delivery).toBe("pull");
  expect(pulled.summary.join(" ")).toContain("The mesh said that everybody's posts were pulled");
  expect((await searched(target(), once)).summary.join(" ")).not.toContain("The mesh said");
});
