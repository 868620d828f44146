import type { CapacityResult, CapacityStep } from "../capacity/capacity-result.ts";
import { EXIT_CODES } from "../measure/verdict.ts";

/**
 * What a search came to: a load that holds, and what limits it; none at all; nothing that can be known from it;
 * or it ended before its time, whatever it had found by then.
 */
export type Finding = "found" | "nothing holds" | "inconclusive" | "ended";

/** What a command that searched exits with. The table of docs/load/capacity.md. */
export const FINDING_EXIT_CODES: Readonly<Record<Finding, number>> = {
  found: EXIT_CODES.passed,
  "nothing holds": EXIT_CODES.failed,
  inconclusive: EXIT_CODES.inconclusive,
  ended: 1,
};

/** See Finding. */
export function findingOf({
  confirmed,
  ended,
  endedBy,
  steps,
  unknown,
}: Pick<CapacityResult, "confirmed" | "ended" | "endedBy" | "steps" | "unknown">): Finding {
  if (ended !== undefined) return endedBy === undefined ? "ended" : "inconclusive";
  if (confirmed !== undefined) return unknown ? "inconclusive" : "found";
  return steps.every((step) => hasFailedIn(steps, step)) ? "nothing holds" : "inconclusive";
}

/** One that said nothing was made again: the last of its load tells. */
function hasFailedIn(steps: CapacityResult["steps"], { load, outcome }: CapacityStep): boolean {
  const last = steps.findLast((step) => step.load === load);
  return outcome !== "held" && last?.outcome === "failed";
}
