import type { Result } from "../../results/read-result.ts";
import { capacityFixture } from "./capacity-fixture.ts";
import { compareFixture } from "./compare-fixture.ts";
import { type RunFixture, runFixture } from "./run-fixture.ts";
import { simulationFixture } from "./simulation-fixture.ts";

const RUNS: Readonly<Record<string, RunFixture>> = {
  passed: { seconds: 60, thresholds: ["p99(timeline.get) < 5s", "lost == 0"] },
  failed: {
    seconds: 60,
    lost: 3,
    thresholds: ["p99(timeline.get) < 50ms", "failed(timeline.get) < 0.1%", "lost == 0"],
  },
  invalid: { seconds: 60, latenessMicros: 700, thresholds: ["p50(timeline.get) < 2ms"] },
  "ended early": { seconds: 60, diesAtSecond: 40 },
  "not started here": { seconds: 30, isForeign: true },
  "one sample": { seconds: 10, perSecond: 0.1 },
  "no threshold": { seconds: 10, thresholds: [] },
};

/** Results of every kind and state that a page must show well. */
export const EXAMPLES: readonly { readonly name: string; readonly result: Result }[] = [
  ...Object.entries(RUNS).map(([name, options]) => ({ name, result: runFixture(options) })),
  { name: "nothing at all", result: nothingAtAll() },
  { name: "capacity", result: capacityFixture() },
  { name: "no capacity", result: noCapacity() },
  { name: "compare", result: compareFixture() },
  {
    name: "nothing compared",
    result: { ...compareFixture(), pairs: [], metrics: [], summary: [] },
  },
  { name: "simulation", result: simulationFixture() },
];

/** One of EXAMPLES. */
export function exampleOf(name: string): Result {
  const found = EXAMPLES.find((example) => example.name === name);
  if (!found) throw new RangeError(`There is no example "${name}".`);
  return found.result;
}

/** It died before its first step was over. */
function nothingAtAll(): Result {
  const run = runFixture({ seconds: 10, diesAtSecond: 1, isForeign: true });
  const { windows } = run.measured;
  const none = { ...windows, intendedBySecond: [], sentBySecond: [], missedBySecond: [] };
  return {
    ...run,
    events: [],
    measured: {
      ...run.measured,
      seconds: 0,
      operations: [],
      distributions: {},
      counters: {},
      machines: [],
      windows: none,
    },
  };
}

function noCapacity(): Result {
  const { estimate: _, confirmed: __, failed: ___, ...rest } = capacityFixture();
  const changes = { steps: [], recovery: undefined, costMicros: {}, summary: [] };
  return { ...rest, ...changes, confirmed: undefined, failed: undefined };
}
