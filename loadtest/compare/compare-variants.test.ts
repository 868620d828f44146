import { describe, expect, it } from "vitest";
import { mostOf } from "../run/testing/binomial.ts";
import { normalNoise } from "../run/testing/seeded-noise.ts";
import type { CompareMetric, Variant } from "./compare-result.ts";
import { type CompareRequest, compareVariants, type Sample } from "./compare-variants.ts";

const METRICS: readonly CompareMetric[] = [
  { name: "p99(timeline.get)", better: "lower" },
  { name: "CPU per answer", better: "lower" },
  { name: "goodput", better: "higher" },
];

interface Machine {
  readonly seed: number;
  /** What single runs differ by: one standard deviation of the logarithm. */
  readonly noise: number;
  /** B takes so many times what A takes. */
  readonly ratio?: number;
}

/**
 * Two builds measured on a machine that drifts: a wave of 20% over some hours, a random walk besides, and
 * the second run of a pair is 2% slower, for the first has warmed the machine.
 */
function builds({ seed, noise, ratio = 1 }: Machine) {
  const draw = normalNoise(seed);
  let walk = 0;
  let runs = 0;
  return async (variant: Variant): Promise<Sample> => {
    walk += 0.01 * draw();
    const drift = 0.2 * Math.sin(runs / 5 + seed) + walk + 0.02 * (runs % 2);
    runs++;
    const times = variant === "b" ? ratio : 1;
    const value = () => 100 * Math.exp(drift + noise * draw());
    return {
      values: {
        "p99(timeline.get)": times * value(),
        "CPU per answer": times * value(),
        goodput: value() / times,
      },
    };
  };
}

function compared(measure: ReturnType<typeof builds>, changes: Partial<CompareRequest> = {}) {
  return compareVariants(measure, {
    command: "a test",
    startedAt: "2026-11-21T12:00:00Z",
    a: "the commit before",
    b: "this commit",
    metrics: METRICS,
    ...changes,
  });
}

async function verdicts(count: number, machine: Omit<Machine, "seed">, pairs: number) {
  const all: string[][] = [];
  for (let seed = 1; seed <= count; seed++) {
    const { metrics } = await compared(builds({ ...machine, seed }), { pairs, seed });
    all.push(metrics.map(({ verdict }) => verdict));
  }
  return all;
}

const isDifferent = (verdict: string) => verdict === "faster" || verdict === "slower";

describe("a comparison", () => {
  it("of a build with itself seldom calls any metric different", async () => {
    const COMPARISONS = 400;
    const all = await verdicts(COMPARISONS, { noise: 0.1 }, 8);
    const alarms = all.filter((metrics) => metrics.some(isDifferent)).length;
    expect(alarms).toBeLessThanOrEqual(mostOf(COMPARISONS, 0.05));
    const alone = all.filter(([first]) => isDifferent(first)).length;
    expect(alone).toBeLessThanOrEqual(mostOf(COMPARISONS, 0.05));
  });

  /** With one metric: several share the level, and take more pairs. 24 pairs, for 20 find 80 on average. */
  it.each([
    { noise: 0.05, pairs: 8 },
    { noise: 0.1, pairs: 24 },
  ])("finds a difference of 10% in 80 of 100, as %j", async ({ noise, pairs }) => {
    let found = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const build = builds({ seed, noise, ratio: 1.1 });
      const { metrics } = await compared(build, { pairs, seed, metrics: METRICS.slice(0, 1) });
      if (metrics[0].verdict === "slower") found++;
    }
    expect(found).toBeGreaterThanOrEqual(80);
  });

  it("knows which way is better, and what it can't tell", async () => {
    const clear = await compared(builds({ seed: 1, noise: 0.01, ratio: 0.8 }));
    expect(clear.metrics.map(({ verdict }) => verdict)).toEqual(["faster", "faster", "faster"]);
    expect(clear.metrics[2].ratio).toBeCloseTo(1.25, 1);
    expect(clear.metrics[0].text).toMatch(/^p99\(timeline.get\): faster; B over A is 0\.[78]/);
    const same = await compared(builds({ seed: 1, noise: 0.01 }));
    expect(new Set(same.metrics.map(({ verdict }) => verdict))).toEqual(
      new Set(["no difference seen"]),
    );
    const noisy = await compared(builds({ seed: 3, noise: 0.4 }));
    expect(noisy.metrics.map(({ verdict }) => verdict)).toContain("inconclusive");
    expect(noisy.summary.join()).toMatch(/about \d+ pairs would show 10%/);
  });

  it("runs pairs in balanced order, and keeps every one", async () => {
    const order: string[] = [];
    const build = builds({ seed: 1, noise: 0.05 });
    const result = await compared((variant) => {
      order.push(variant);
      return build(variant);
    });
    const pairs = Array.from({ length: 8 }, (_, i) => order.slice(2 * i, 2 * i + 2).join(""));
    expect(pairs.map((pair) => pair.toUpperCase())).toEqual(result.pairs.map((pair) => pair.order));
    expect(pairs.filter((pair) => pair === "ab").length).toBe(4);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it("makes a pair again when one of its runs is no sample, up to a bound", async () => {
    const build = builds({ seed: 1, noise: 0.05 });
    let runs = 0;
    const flaky = async (variant: Variant) => {
      const sample = await build(variant);
      return ++runs % 5 === 0
        ? { ...sample, unusable: "INVALID: the generator was late." }
        : sample;
    };
    const result = await compared(flaky);
    expect([result.pairs.length, result.ended]).toEqual([8, undefined]);
    expect(result.unusable.length).toBeGreaterThan(2);
    expect(result.summary.join()).toContain("were no samples, and made again");
    const hopeless = await compared(flaky, { mostUnusable: 1 });
    expect(hopeless.ended).toContain("2 runs were no samples, the last because: INVALID");
  });

  it("keeps its pairs when a run fails or it is told to stop", async () => {
    const build = builds({ seed: 1, noise: 0.05 });
    const failsAfter = (count: number) => {
      let runs = 0;
      return (variant: Variant) =>
        ++runs > count ? Promise.reject(new Error("The target is down.")) : build(variant);
    };
    const early = await compared(failsAfter(7));
    expect([early.pairs.length, early.metrics]).toEqual([3, []]);
    expect(early.summary.join(" ")).toMatch(/3 whole pairs say nothing.*The target is down/);
    const late = await compared(failsAfter(21), { pairs: 12 });
    expect([late.pairs.length, late.metrics.length]).toEqual([10, 3]);

    const stop = new AbortController();
    const stopped = await compared(build, {
      signal: stop.signal,
      onRun: (_variant, _sample, wholePairs) => wholePairs === 2 && stop.abort(),
    });
    expect([stopped.pairs.length, stopped.ended]).toEqual([2, "It was interrupted."]);
  });

  it("says which metric a run lacks, and which has no ratio", async () => {
    const lost = { name: "lost", better: "lower" } as const;
    const lacks = await compared(builds({ seed: 1, noise: 0.05 }), { metrics: [lost] });
    expect(lacks.ended).toEqual(
      expect.stringMatching(
        /^A run of [ab] has no lost; it has p99\(timeline.get\), CPU per answer, goodput.$/,
      ),
    );
    const zero = await compared(async () => ({ values: { lost: 0 } }), { metrics: [lost] });
    expect(zero.metrics[0]).toMatchObject({ verdict: "inconclusive" });
    expect(zero.metrics[0].text).toContain("has no ratio");
  });

  it.each([
    [{ pairs: 7 }, "pairs: 7 is impossible; give 8 to 1000"],
    [{ level: 0.5 }, "level: 0.5 is impossible"],
    [{ relevant: 0 }, "relevant: 0 is impossible"],
    [{ metrics: [] }, "metrics: there is none"],
    [{ metrics: [...METRICS, ...METRICS, ...METRICS] }, "give more pairs, or at most 6"],
  ])("refuses impossible options: %j", async (changes, message) => {
    await expect(compared(builds({ seed: 1, noise: 0 }), changes)).rejects.toThrow(message);
  });
});
