import { expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { encodeHistogram, newHistogram, record } from "../../measure/histogram.ts";
import { runFixture } from "../../report/testing/run-fixture.ts";
import type { RunResult } from "../../results/run-result.ts";
import type { FaultSpec } from "../../scenarios/scenario.ts";
import { simulateDay } from "../simulate-day.ts";
import { compareLags, lagsOf, medianLags } from "./compare-lags.ts";
import { fitHop, withHop } from "./fit-hop.ts";
import { modelOfRun } from "./model-of-run.ts";

const FIXTURE = runFixture({ seconds: 60, perSecond: 300 });

function runWith(
  faults: readonly FaultSpec[],
  lag?: RunResult["measured"]["distributions"][string],
): RunResult {
  const { scenario, measured } = FIXTURE;
  const distributions = lag ? { ...measured.distributions, lag } : measured.distributions;
  return {
    ...FIXTURE,
    scenario: {
      ...scenario,
      world: { people: 20_000, seed: 3 },
      pace: { shape: "constant" },
      faults,
    },
    measured: { ...measured, distributions },
  };
}

const pause = (label: string): FaultSpec => ({ kind: "pause", label, atSecond: 20, seconds: 4 });

it("a run's rate, owners and pauses are simulated as they were", () => {
  const { model, options } = modelOfRun(runWith([pause("post"), pause("timeline-1")]));
  const posts = present(FIXTURE.measured.operations.find(({ name }) => name === "post.create"));
  expect(model.load.postsADay / 86_400).toBeCloseTo(posts.counts.ok / 60);
  expect(model).toMatchObject({
    engine: "embedded",
    processes: { timeline: 20, fanout: 1, post: 1 },
  });
  expect(options).toMatchObject({
    seconds: 60,
    outages: [
      { what: "broker", how: "pause", fromSecond: 20, seconds: 4 },
      { what: "owner", index: 1, how: "pause", fromSecond: 20, seconds: 4 },
    ],
  });
});

it("what the simulation has no part for is refused", () => {
  expect(() => modelOfRun(runWith([pause("gateway")]))).toThrow('it pauses "gateway"');
  const restart = { kind: "restart", label: "post", atSecond: 1 } as const;
  expect(() => modelOfRun(runWith([restart]))).toThrow("it has a restart: only pauses");
  expect(() =>
    modelOfRun({ ...runWith([]), target: { ...FIXTURE.target, engine: "unknown" } }),
  ).toThrow("was not started for it");
});

it("of repeats each quantile's median counts", () => {
  const lags = (p50: number, p99: number) => {
    const one = { count: 1, latenessMicros: 0, allowedMicros: 1, valid: true };
    return [p50, p99].map((micros) => ({ ...one, micros }));
  };
  expect(medianLags([lags(5, 90), lags(7, 30), lags(6, 31)])).toEqual([6, 31]);
  expect(medianLags([lags(5, 90), lags(7, 30)])).toEqual([6, 60]);
});

it("the hop is found again from the lags that it makes, and predicts those of a pause", () => {
  const hop = { kind: "lognormal", mean: 2_500, sigma: 0.9 } as const;
  const measuredLike = (faults: readonly FaultSpec[]) => {
    const like = withHop(modelOfRun(runWith(faults)), hop);
    const { histogram } = simulateDay(like.model, like.options).lag;
    const lateness = newHistogram();
    record(lateness, 10);
    return runWith(faults, { values: histogram, lateness: encodeHistogram(lateness) });
  };
  const steady = measuredLike([]);
  const found = fitHop(medianLags([lagsOf(steady)]), modelOfRun(steady));
  expect(found.mean / hop.mean).toBeGreaterThan(0.8);
  expect(found.mean / hop.mean).toBeLessThan(1.25);
  const paused = measuredLike([pause("fanout")]);
  const lags = compareLags(lagsOf(paused), withHop(modelOfRun(paused), found));
  expect(lags.map(({ holds }) => holds)).toEqual([true, true]);
  expect(lags[1].measured.micros).toBeGreaterThan(2_000_000);
  const unfitted = compareLags(lagsOf(paused), modelOfRun(paused));
  expect(unfitted[0].holds).toBe(false);
});
