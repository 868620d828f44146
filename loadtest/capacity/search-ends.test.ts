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

describe("a search that is interrupted in a step", () => {
  it("says that, and not what the step said when it was given up", async () => {
    const stop = new AbortController();
    const sound = target();
    let asked = 0;
    const hold: CapacityTarget["hold"] = (...step) => {
      if (asked++ < 2) return sound.hold(...step);
      stop.abort();
      return Promise.reject(new Error("ghz failed: The operation was aborted."));
    };
    const { steps, ended } = await searched({ ...sound, hold }, { signal: stop.signal });
    expect([steps.length, ended]).toEqual([2, "It was interrupted."]);
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

  it("is the end of its budget too when the target is not quiet for longer than that", async () => {
    const sound = target();
    let waited = 0;
    const busy: CapacityTarget = {
      ...sound,
      nowSeconds: () => sound.nowSeconds() + waited,
      drained: (withinSeconds) => {
        waited += withinSeconds;
        return Promise.reject(new Error("answers to a few calls a second do not come."));
      },
    };
    const result = await searched(busy, { mostSeconds: 100 });
    expect([waited, exitCode(result)]).toEqual([100, 1]);
    expect(result.ended).toMatch(/^The budget of 100 s is used up: .*answers to a few .* do not/);
  });

  it("is no collapse when the target is gone in the middle of a search", async () => {
    const gone = new Error("No answer from 10.0.0.1:80");
    for (const after of [2, 5]) {
      const sound = target();
      let steps = 0;
      const mortal: CapacityTarget = {
        ...sound,
        hold: (...load) => (steps++ < after ? sound.hold(...load) : Promise.reject(gone)),
      };
      const result = await searched(mortal);
      expect([result.collapse, result.recovery, exitCode(result)]).toEqual([[], undefined, 1]);
      // Nothing was measured of the step that could not be made: no estimate comes of it.
      const { steps: made, estimate } = result;
      const isKnown = made.some(({ outcome }) => outcome === "failed");
      expect([made.at(-1)?.outcome, estimate !== undefined]).toEqual(["inconclusive", isKnown]);
      expect(result.summary.join(" ")).toContain("could not be loaded: No answer");
    }
  });

  it("tells nothing of the load at which the target was gone, by calls of which none was answered", async () => {
    const [sound, silent] = [target(), target({ model: { ...MODEL, mostWaiting: -1 } })];
    let steps = 0;
    const mortal: CapacityTarget = {
      ...sound,
      hold: (...load) => {
        if (steps++ < 2) return sound.hold(...load);
        return steps < 5 ? silent.hold(...load) : Promise.reject(new Error("No answer."));
      },
    };
    const { steps: made, estimate, failed, summary, ended } = await searched(mortal);
    expect(made.map(({ outcome }) => outcome)).toEqual([
      ...["held", "held"],
      ...["inconclusive", "inconclusive", "inconclusive"],
    ]);
    expect([estimate, failed]).toEqual([undefined, undefined]);
    expect(summary.join(" ")).toContain("INCOMPLETE: no load was confirmed. 20 held, unconfirmed.");
    expect(ended).toContain("could not be loaded: No answer.");
  });

  it("is a collapse when it is gone after its overload", async () => {
    const sound = target();
    let isOver = false;
    const mortal: CapacityTarget = {
      ...sound,
      hold: (...load) => (isOver ? Promise.reject(new Error("gone")) : sound.hold(...load)),
    };
    const onStep = ({ phase }: CapacityStep) => {
      isOver = phase === "overload";
    };
    const { collapse } = await searched(mortal, { onStep });
    expect(collapse?.[0]).toBe("After overload it was not there any more.");
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

it("is inconclusive when a target can do more by its overload than what had failed", async () => {
  let isMore = false;
  const growing = target({ modelIn: () => (isMore ? { workers: 20 } : {}) });
  const hold: CapacityTarget["hold"] = (load, seconds) => {
    isMore = load > 90; // twice what fails; no step before asks for so much
    return growing.hold(load, seconds);
  };
  const result = await searched({ ...growing, hold }, { mostRefinements: 0, highest: 60 });
  const over = result.steps.find(({ phase }) => phase === "overload");
  expect([over?.outcome, result.failed, exitCode(result)]).toEqual(["held", undefined, 5]);
  const summary = result.summary.join(" ");
  expect(summary).toMatch(
    /^INCONCLUSIVE: at least .* of what was tried above it nothing can be said/,
  );
  expect(summary).toContain("held, which is far above what had failed: it can do more by now");
  expect(summary).not.toContain("Half of all steps");
});

it("tells by which delivery the target's posts travelled, where that is known", async () => {
  const once = { mostSteps: 1 };
  const pulled = await searched(target(), { ...once, delivery: "pull" });
  expect(pulled.delivery).toBe("pull");
  expect(pulled.summary.join(" ")).toContain("The mesh said that everybody's posts were pulled");
  expect((await searched(target(), once)).summary.join(" ")).not.toContain("The mesh said");
});
