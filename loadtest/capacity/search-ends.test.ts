import { describe, expect, it } from "vitest";
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
