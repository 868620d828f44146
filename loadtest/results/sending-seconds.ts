import type { RunResult } from "./run-result.ts";

/** For how long load was measured: the wait for the last answers, also of a run that was interrupted, is not in it. */
export function sendingSeconds({
  scenario,
  measured: { seconds, sentSeconds = seconds },
}: Pick<RunResult, "scenario" | "measured">): number {
  return Math.min(scenario.seconds, sentSeconds) || 1;
}
