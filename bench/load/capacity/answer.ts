import type { CapacityResult } from "../../../loadtest/capacity/capacity-result.ts";
import { findingOf } from "../../../loadtest/results/finding.ts";

export type Answer = "true" | "false" | "INCONCLUSIVE";

/**
 * What a search says, beside the truth: both ends of its interval are so near to it, or it says itself that it
 * does not know; anything else is false.
 */
export function answerOf(
  result: Pick<CapacityResult, "confirmed" | "failed" | "ended" | "endedBy" | "steps" | "unknown">,
  truth: number,
  within: number,
): Answer {
  const { confirmed, failed } = result;
  const finding = findingOf(result);
  const hasNone = finding === "ended" && confirmed === undefined;
  if (finding === "inconclusive" || hasNone) return "INCONCLUSIVE";
  if (confirmed === undefined || failed === undefined) return "false";
  const isNear = (load: number) => Math.abs(load / truth - 1) <= within;
  return isNear(confirmed) && isNear(failed) ? "true" : "false";
}
