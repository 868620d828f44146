import type { CapacityResult } from "../capacity/capacity-result.ts";

/** What a search came to: a load that holds, none at all, or nothing that can be known from it. */
export function findingOf({
  confirmed,
  ended,
  steps,
  unknown,
}: Pick<CapacityResult, "confirmed" | "ended" | "steps" | "unknown">):
  | "found"
  | "nothing holds"
  | "inconclusive" {
  if (confirmed !== undefined) return unknown ? "inconclusive" : "found";
  const isUnknown = steps.some(({ outcome }) => outcome !== "failed");
  return ended !== undefined || isUnknown ? "inconclusive" : "nothing holds";
}
