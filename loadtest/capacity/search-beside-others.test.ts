import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { findingOf } from "../results/finding.ts";
import type { CapacityRequest } from "./options.ts";
import { searchCapacity } from "./search-capacity.ts";
import { type SimulatedTarget, simulatedTarget } from "./testing/simulated-target.ts";

/** Calls come evenly, and it can do exactly fifty a second when it has its CPUs. */
const MODEL = { workers: 2, serviceMicros: 40_000, mostWaiting: 20 };
const CAPACITY = 50;
const WITHIN = 0.07;
/** What others have of the CPUs, all the time. */
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];

function searched(
  wanted: NonNullable<SimulatedTarget["wanted"]>,
  changes: Partial<CapacityRequest> = {},
) {
  const thresholds = ["p50(timeline.get) <= 120ms"];
  const plan = { model: MODEL, thresholds, seed: 1, arrivals: "even", wanted } as const;
  return searchCapacity(simulatedTarget(plan), {
    command: "a test",
    startedAt: "2026-11-29T12:00:00Z",
    unit: "calls a second",
    start: 10,
    stepSeconds: 20,
    confirmSeconds: 20,
    mostRefinements: 2,
    ...changes,
  });
}

const isOff = (load: number) => Math.abs(load / CAPACITY - 1) > WITHIN;

describe("a search beside others", () => {
  it("finds the capacity when they come and go", async () => {
    const { confirmed, failed, steps } = await searched((step) => (step % 3 === 0 ? 0.4 : 0));
    expect([present(confirmed), present(failed)].map(isOff)).toEqual([false, false]);
    const unknown = steps.filter(({ outcome }) => outcome === "inconclusive");
    expect(unknown.length).toBeGreaterThan(0);
    for (const { reasons } of unknown) expect(reasons[0]).toMatch(/waited for a CPU of model 40%/);
  });

  it.each(SHARES)("says nothing false when they always have %d", async (share) => {
    const found = await searched(() => share);
    const { confirmed, failed, summary } = found;
    const finding = findingOf(found);
    expect(finding).not.toBe("nothing holds");
    if (finding === "inconclusive") expect(summary[0]).toMatch(/^INCONCLUSIVE/);
    // What held and what failed is true all the same.
    if (confirmed !== undefined) expect(confirmed).toBeLessThan((1 + WITHIN) * CAPACITY);
    if (failed !== undefined) expect(failed).toBeGreaterThan((1 - WITHIN) * CAPACITY);
    if (finding !== "found") return;
    expect([present(confirmed), present(failed)].map(isOff)).toEqual([false, false]);
  });

  it("is sure of the capacity when they have next to nothing", async () => {
    expect(findingOf(await searched(() => 0.02))).toBe("found");
  });

  it("does not take it for a collapse when they keep it from coming back after overload", async () => {
    let isOver = false;
    const { recovery, collapse } = await searched(() => (isOver ? 0.8 : 0), {
      mostInconclusive: 1_000,
      onStep: ({ phase }) => {
        isOver ||= phase === "overload";
      },
    });
    expect([isOver, recovery, collapse]).toEqual([true, undefined, []]);
  });
});
