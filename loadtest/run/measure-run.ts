import { compareConditions, readConditions } from "../measure/machine/conditions.ts";
import { type Distribution, type Measured, recorded } from "../measure/measured.ts";
import { type RunOptions, runSteps } from "./run.ts";

export interface MeasureOptions extends RunOptions {
  /** From `findCeiling`, against a null server on this machine. */
  readonly ceilingPerSecond?: number;
  /** Read when the run is over: what its probes saw. */
  readonly distributions?: ReadonlyMap<string, Distribution>;
  readonly counters?: ReadonlyMap<string, number>;
}

export interface MeasuredRun {
  readonly measured: Measured;
  /** What ended the run before its time; see RunRecord. */
  readonly failure: unknown;
}

/** One run of one generator, with what its machine went through meanwhile. `judge` says what it is worth. */
export async function measureRun(options: MeasureOptions): Promise<MeasuredRun> {
  const before = readConditions();
  const { recorder, startedAtMs, seconds, failure } = await runSteps(options);
  const machine = compareConditions(before, readConditions());
  const measured: Measured = {
    startedAtMs,
    seconds,
    driver: { name: options.driver.name, ceilingPerSecond: options.ceilingPerSecond },
    ...recorded(recorder),
    distributions: options.distributions ?? new Map(),
    counters: options.counters ?? new Map(),
    machines: [machine],
  };
  return { measured, failure };
}
