import { expect, it } from "vitest";
import { runFixture } from "../../report/testing/run-fixture.ts";
import type { RunResult } from "../../results/run-result.ts";
import { measureWell } from "./measure-well.ts";

const WHOLE = withoutFailures(runFixture({ seconds: 20 }));

function withoutFailures(run: RunResult): RunResult {
  const operations = run.measured.operations.map((one) => ({
    ...one,
    counts: { ...one.counts, failed: 0, timeout: 0 },
  }));
  return { ...run, measured: { ...run.measured, operations } };
}

/** The CPU was so much faster after the run. */
function withProbe(probeRatio: number): RunResult {
  const machines = WHOLE.measured.machines.map((machine) => ({ ...machine, probeRatio }));
  return { ...WHOLE, measured: { ...WHOLE.measured, machines } };
}

/** Gives these, one after the other. */
function giving(...runs: readonly RunResult[]) {
  let asked = 0;
  return {
    measure: async () => runs[asked++],
    get asked() {
      return asked;
    },
  };
}

it("a run that was whole on a steady machine is made once", async () => {
  const runs = giving(WHOLE);
  expect(await measureWell(runs.measure, "posts")).toEqual({ run: WHOLE, isSteady: true });
});

it("one that was not is made again", async () => {
  const failed = { ...WHOLE, failure: "The target died." };
  const runs = giving(withProbe(0.7), failed, WHOLE);
  expect((await measureWell(runs.measure, "posts")).run).toBe(WHOLE);
  expect(runs.asked).toBe(3);
});

it("a machine that never stands still is said to, and a target that always fails is no answer", async () => {
  const unsteady = withProbe(1.2);
  const found = await measureWell(giving(unsteady, unsteady).measure, "posts");
  expect(found).toEqual({ run: unsteady, isSteady: false });
  const failing = runFixture({ seconds: 20 });
  await expect(measureWell(async () => failing, "posts")).rejects.toThrow(
    /"posts" could not be measured in 3 tries: .*failed/,
  );
});
