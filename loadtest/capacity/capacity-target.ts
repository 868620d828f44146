import type { Measured } from "../measure/measured.ts";
import { measuredFrom } from "../measure/measured-json.ts";
import type { Verdict } from "../measure/verdict.ts";
import type { Resources } from "../results/resources.ts";
import type { RunResult } from "../results/run-result.ts";

/** What a search drives: a target that can be loaded, as the search sees it. */
export interface CapacityTarget {
  /**
   * Holds a load for so long, after a warm-up of its own. Rejects when that can't be done at all: the
   * search ends, and keeps what it has.
   */
  hold(load: number, seconds: number): Promise<HeldStep>;
  /** Resolves when nothing waits in the target any more; rejects after so long, naming what does. */
  drained(withinSeconds: number): Promise<void>;
  /** A monotonic clock: budgets and recovery are counted on it. */
  nowSeconds(): number;
  /** How fast a fixed piece of work runs now, as measure/machine/cpu-probe; asked around every step. */
  probeCpu?(): number;
}

/** One step as it was measured. */
export interface HeldStep {
  readonly measured: Measured;
  /** By the thresholds of the service level. */
  readonly verdict: Verdict;
  readonly resources: Resources;
  /** What ended it before its time, or kept the target from becoming quiet after it. */
  readonly failure: string | undefined;
  /** How long the load was over when `hold` resolved, as for what it waited for; 0 by default. */
  readonly overForSeconds?: number;
  /** What is to be said of its answers besides, in sentences. */
  readonly said?: readonly string[];
}

/** A run of a scenario as a step; `nowMs` since the Unix epoch. */
export function heldStepOf(run: RunResult, nowMs = Date.now()): HeldStep {
  const { verdict, resources, failure, scenario } = run;
  const measured = measuredFrom(run.measured);
  const loaded = scenario.warmUpSeconds + Math.min(scenario.seconds, measured.seconds);
  const overForSeconds = Math.max(0, (nowMs - measured.startedAtMs) / 1000 - loaded);
  return { measured, verdict, resources, failure, overForSeconds };
}
