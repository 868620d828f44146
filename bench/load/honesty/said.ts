import { median } from "../../../loadtest/measure/median.ts";
import type { Truth } from "./truths.ts";

/** What is said of a run, by a tool or by the truth. */
export interface Said {
  /** Calls that were made, or begun. */
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the calls. */
  readonly failedShare: number;
}

export const TIMEOUT_MS = 1_000;

/**
 * What calls at equal gaps meet, reckoned by the server's own model, no clock in it: a caller waits from when it
 * meant to call until the answer, at most until it gives up. Percentiles are of good answers alone.
 */
export function truthOf({ behave, perSecond }: Truth, seconds: number): Said {
  const behaviour = behave();
  const calls = perSecond * seconds;
  const answered: number[] = [];
  for (let index = 0; index < calls; index++) {
    const outcome = behaviour((1_000 * index) / perSecond, index);
    const isGood = outcome.kind === "answer" && outcome.afterMs < TIMEOUT_MS;
    if (isGood) answered.push(outcome.afterMs);
  }
  answered.sort((a, b) => a - b);
  return {
    calls,
    p50Ms: median(answered),
    p99Ms: answered[Math.ceil(0.99 * answered.length) - 1],
    failedShare: 1 - answered.length / calls,
  };
}
