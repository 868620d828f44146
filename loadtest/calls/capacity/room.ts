import { parseThreshold, type Threshold } from "../../measure/thresholds.ts";

/** Calls in flight at the bound itself should be no more than this share of those that there is room for. */
const MOST_FULL = 0.8;

/**
 * How many calls a tool that waits for answers must be able to have in flight at a rate, so that the target's times
 * break a threshold before the tool has no more room: as many as are due while an answer takes as long as it may.
 * 0: nothing is said of times, and any room will do.
 */
export function roomFor(thresholds: readonly string[], perSecond: number): number {
  const bounds = thresholds.map(parseThreshold).filter(isOfTimes);
  const longestSeconds = Math.max(0, ...bounds.map(({ bound }) => bound / 1e6));
  return Math.ceil((perSecond * longestSeconds) / MOST_FULL);
}

function isOfTimes({ metric: { kind }, comparison }: Threshold): boolean {
  return (kind === "quantile" || kind === "mean") && comparison.startsWith("<");
}
