import { type DegradedReason, degradedReasonToJSON } from "#gen/timeline/v1/timeline.ts";

/** What a page lacks, in the words of the protocol. */
export function degradedWords(degraded: readonly DegradedReason[]): string {
  return degraded.map(degradedReasonToJSON).join(", ");
}
