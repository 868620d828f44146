import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { FINDING_EXIT_CODES, findingOf } from "../results/finding.ts";
import { mostOf } from "../run/testing/binomial.ts";
import { mdcCapacity } from "../run/testing/mdc-queue.ts";
import { normalNoise } from "../run/testing/seeded-noise.ts";
import type { CapacityResult } from "./capacity-result.ts";
import { optionsOf } from "./options.ts";
import { search } from "./phases.ts";
import { searchCapacity } from "./search-capacity.ts";
import { type SimulatedTarget, simulatedTarget } from "./testing/simulated-target.ts";

const MODEL = { workers: 2, serviceMicros: 40_000, mostWaiting: 40 };
const BOUND_MICROS = 120_000;
const WITHIN = 0.07;

/** Searches a target that is another from step to step. */
function searched(
  modelIn: SimulatedTarget["modelIn"] = () => ({}),
  { start = 10, ...changes }: Partial<SimulatedTarget> & { readonly start?: number } = {},
) {
  const thresholds = ["p50(timeline.get) <= 120ms", "failed(timeline.get) <= 0.1%"];
  const target = simulatedTarget({ model: MODEL, thresholds, seed: 1, modelIn, ...changes });
  return searchCapacity(target, {
    command: "a test",
    startedAt: "2026-12-01T12:00:00Z",
    unit: "calls a second",
    start,
    stepSeconds: 20,
    confirmSeconds: 20,
    mostRefinements: 0,
  });
}

const exitCode = (result: CapacityResult) => FINDING_EXIT_CODES[findingOf(result)];
const faster = (times: number) => ({ serviceMicros: MODEL.serviceMicros / times });

/** What was found, over what it can do by then. */
function errorOf({ estimate }: CapacityResult, times: number): number {
  const capacity = mdcCapacity({ ...MODEL, ...faster(times) }, 0.5, BOUND_MICROS);
  return Math.abs(present(estimate).load / capacity - 1);
}

/** The step with which the confirmations begin, where nothing moves. */
async function confirmingStep() {
  const { steps } = await searched();
  return steps.findIndex(({ phase }) => phase === "confirm");
}

describe("a search whose target is another by its end", () => {
  it.each([1.3, 3])(
    "begins anew when it can do %f times as much, and finds that",
    async (times) => {
      const from = (await confirmingStep()) + 1;
      const result = await searched((step) => (step < from ? {} : faster(times)));
      expect(errorOf(result, times)).toBeLessThan(WITHIN);
      expect([exitCode(result), result.renewals?.length]).toEqual([0, 1]);
      expect(result.summary.join(" ")).toMatch(
        /\d had failed, and \d+\.?\d* held twice later: what it can do rose while it was searched: the \d+ steps of before do not count\./,
      );
    },
  );

  it("begins anew when it can do less, and finds that", async () => {
    const from = await confirmingStep();
    const result = await searched((step) => (step < from ? {} : faster(0.6)));
    expect(errorOf(result, 0.6)).toBeLessThan(WITHIN);
    expect(exitCode(result)).toBe(0);
    expect(result.summary.join(" ")).toContain("failed twice later: what it can do fell while");
  });

  it.each([
    ["rises", 1.04, "rose"],
    ["falls", 0.97, "fell"],
  ])("is inconclusive when what it can do %s on and on", async (_, times, word) => {
    const result = await searched((step) => faster(times ** step));
    expect([exitCode(result), result.failed, result.estimate]).toEqual([5, undefined, undefined]);
    expect(result.summary[0]).toMatch(/^INCONCLUSIVE: /);
    expect(result.summary.at(-1)).toMatch(
      new RegExp(
        `^INCONCLUSIVE: .* it can do ${word} while .*, as it had changed before\\. No one figure`,
      ),
    );
  });
});

/** Searches of a target whose steps differ by this, and how many began anew. */
async function renewals(spread: number, count: number): Promise<number> {
  const options = optionsOf({ command: "", startedAt: "", unit: "", start: 100 });
  let begun = 0;
  for (let seed = 0; seed < count; seed++) {
    const noise = normalNoise(seed);
    const steps: CapacityResult["steps"][number][] = [];
    const hold: Parameters<typeof search>[0] = async (load, seconds, phase) => {
      const outcome = load <= 700 * Math.exp(spread * noise()) ? "held" : "failed";
      steps.push({ load, seconds, phase, outcome, reasons: [], figures: {}, cpu: {} });
      return outcome;
    };
    await search(hold, options, steps).catch(() => begun++);
  }
  return begun;
}

it("takes noise for no change, but seldom", async () => {
  const SEARCHES = 60;
  expect(await renewals(0.01, SEARCHES)).toBe(0);
  for (const spread of [0.05, 0.1]) {
    expect(await renewals(spread, SEARCHES)).toBeLessThanOrEqual(mostOf(SEARCHES, 0.01));
  }
});

describe("a target that sheds one call in a hundred at any load", () => {
  it("holds none, and that it is no want of capacity is said, without a look at many loads", async () => {
    const result = await searched(() => ({ shedsOneIn: 100 }), { arrivals: "even", start: 40 });
    expect([result.confirmed, exitCode(result)]).toEqual([undefined, 3]);
    expect(result.steps.length).toBeLessThanOrEqual(6);
    expect(result.summary[1]).toMatch(
      /^At \d+ \d\.\d+% of the calls had no good answer, and at \d+ .*, while those that had one were in time: that is as much at any load/,
    );
  });

  it("is found out too where its few calls were all answered well", async () => {
    const sheds = (step: number) => ({ shedsOneIn: step === 0 ? 10_000 : 100 });
    const result = await searched(sheds, { arrivals: "even" });
    expect(result.steps[0].outcome).toBe("held");
    expect([result.confirmed, result.estimate, exitCode(result)]).toEqual([
      undefined,
      undefined,
      5,
    ]);
    expect(result.summary.join(" ")).toContain("no want of capacity");
  });
});
