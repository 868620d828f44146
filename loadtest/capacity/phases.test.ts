import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { mostOf } from "../run/testing/binomial.ts";
import { normalNoise } from "../run/testing/seeded-noise.ts";
import type { CapacityStep } from "./capacity-result.ts";
import { confirmedIn, estimateIn, failedIn } from "./evidence/found-in.ts";
import type { Hold } from "./hold.ts";
import { TargetMoved } from "./moved.ts";
import { optionsOf } from "./options.ts";
import { search } from "./phases.ts";

const OPTIONS = optionsOf({ command: "", startedAt: "", unit: "calls a second", start: 100 });

/** Searches a target whose every step has this outcome; anew where it is another, as a search does. */
async function searched(
  outcomeAt: (load: number, nth: number) => CapacityStep["outcome"],
  changes: Partial<typeof OPTIONS> = {},
) {
  const steps: CapacityStep[] = [];
  const options = { ...OPTIONS, ...changes };
  let made = 0;
  const hold: Hold = async (load, seconds, phase, why) => {
    const outcome = outcomeAt(load, made++);
    steps.push({ load, seconds, phase, why, outcome, reasons: [], figures: {}, cpu: {} });
    return outcome;
  };
  await search(hold, options, steps).catch(async (error: Error) => {
    if (!(error instanceof TargetMoved)) throw error;
    steps.length = 0;
    await search(hold, { ...options, start: error.load }, steps);
  });
  const confirmed = confirmedIn(steps, options.confirmations);
  return { steps, confirmed, failed: failedIn(steps, confirmed), estimate: estimateIn(steps) };
}

const below = (capacity: number) => (load: number) => (load <= capacity ? "held" : "failed");

describe("the search", () => {
  it.each([100, 137, 999, 61, 3.3, 25_000])("finds a sharp edge at %d", async (capacity) => {
    const { confirmed, failed, estimate, steps } = await searched(below(capacity));
    expect(confirmed).toBeLessThanOrEqual(capacity);
    expect(failed).toBeGreaterThan(capacity);
    expect(present(failed) / present(confirmed)).toBeLessThanOrEqual(1.05);
    expect(Math.abs(present(estimate).load / capacity - 1)).toBeLessThan(0.05);
    const own = steps.filter(({ phase }) => phase === "confirm");
    expect(own.map(({ load, seconds }) => [load, seconds])).toEqual(
      new Array(3).fill([confirmed, 60]),
    );
  });

  it("goes 2.5% down when one of the confirmations fails", async () => {
    let confirmations = 0;
    const { steps, confirmed } = await searched((load) => {
      const isConfirmation = load <= 150 && load > 146 && ++confirmations > 2;
      return isConfirmation && confirmations === 4 ? "failed" : below(150)(load);
    });
    const loads = steps.filter(({ phase }) => phase === "confirm").map(({ load }) => load);
    expect(new Set(loads).size).toBe(2);
    expect(present(loads.at(-1)) / loads[0]).toBeCloseTo(0.975, 3);
    expect(confirmed).toBe(loads.at(-1));
  });

  it("gives as its reason no failure where a step said nothing", async () => {
    const reasons = async (outcome: CapacityStep["outcome"]) => {
      const { steps } = await searched((load) => (load > 30 ? outcome : "held"));
      return steps.map(({ why = "" }) => why);
    };
    const unknown = await reasons("inconclusive");
    expect(unknown).toContain("half of 50, of which nothing is known");
    expect(unknown.join()).not.toContain("did not hold");
    const failed = await reasons("failed");
    expect(failed).toContain("half of 50, which did not hold");
    expect(
      failed.some((why) => why.startsWith("between 25, which held, and 50, which did not hold")),
    ).toBe(true);
  });

  it("stops at the highest and lowest loads allowed", async () => {
    const up = await searched(below(1e9), { highest: 1_000 });
    expect(up).toMatchObject({ confirmed: 1_000, failed: undefined, estimate: undefined });
    const down = await searched(() => "failed", { lowest: 10 });
    expect(down).toMatchObject({ confirmed: undefined, failed: 12.5 });
    expect(down.steps.length).toBe(8);
  });

  it("looks again at a load that failed by chance, and begins anew above it", async () => {
    const { confirmed, failed } = await searched((load, nth) =>
      nth === 1 || nth === 2 ? "failed" : below(300)(load),
    );
    expect(confirmed).toBeGreaterThan(180);
    expect(failed).toBeGreaterThan(300);
  });

  it("counts what stays inconclusive as not held, and not as failed", async () => {
    const { confirmed, failed } = await searched((load) => (load <= 150 ? "held" : "inconclusive"));
    expect(confirmed).toBeGreaterThan(142);
    expect(confirmed).toBeLessThanOrEqual(150);
    expect(failed).toBeUndefined();
  });

  it("confirms a load within 5 percent when steps have a noise of 1 percent", async () => {
    const SEARCHES = 100;
    const runs = Array.from({ length: SEARCHES }, async (_, seed) => {
      const noise = normalNoise(seed);
      const capacity = 1_000 * 2 ** ((seed * 0.618) % 1);
      const { confirmed } = await searched((load) =>
        below(capacity * Math.exp(0.01 * noise()))(load),
      );
      return Math.abs(present(confirmed) / capacity - 1) > 0.05;
    });
    const off = (await Promise.all(runs)).filter((isOff) => isOff).length;
    expect(off).toBeLessThanOrEqual(mostOf(SEARCHES, 0.02));
  });

  /**
   * The capacity is another in every step. The estimate says within which bounds it lies at 95%, and the
   * search goes on until these are 7% wide either way, or its refinements are used up.
   */
  it.each([0.02, 0.05, 0.1])(
    "knows it to 7 percent when steps have a noise of %f",
    async (spread) => {
      const SEARCHES = 100;
      const runs = Array.from({ length: SEARCHES }, async (_, seed) => {
        const noise = normalNoise(seed);
        const capacity = 1_000 * 2 ** ((seed * 0.618) % 1);
        const found = await searched((load) => below(capacity * Math.exp(spread * noise()))(load));
        const { load, low, high } = present(found.estimate);
        return {
          isOff: Math.abs(load / capacity - 1) > 0.07,
          isOutside: low > capacity || high < capacity,
          isMisplaced:
            present(found.confirmed) > 1.07 * capacity || present(found.failed) < 0.93 * capacity,
        };
      });
      const all = await Promise.all(runs);
      const most = mostOf(SEARCHES, 0.05);
      expect(all.filter(({ isOff }) => isOff).length).toBeLessThanOrEqual(most);
      const outside = all.filter(({ isOutside }) => isOutside).length;
      expect(outside).toBeLessThanOrEqual(mostOf(SEARCHES, 0.06)); // see CapacityEstimate
      expect(all.filter(({ isMisplaced }) => isMisplaced).length).toBeLessThanOrEqual(most);
    },
  );
});
