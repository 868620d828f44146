import { PostStatus } from "#gen/post/v1/post.ts";
import { type DegradedReason, TimelineOrder } from "#gen/timeline/v1/timeline.ts";
import { DEGRADED_REASONS, type DegradedWord } from "../schemas/degraded.ts";

/** The words of the API for the numbers of the protos. */

/** Reasons this gateway does not know (a newer service) are left out: the list is closed. */
export function degradedWords(reasons: readonly DegradedReason[]): DegradedWord[] | undefined {
  if (reasons.length === 0) return undefined;
  // The proto numbers them from 1, in the same order; a test holds the two together.
  const words = reasons.map((reason) => DEGRADED_REASONS[reason - 1]);
  return words.filter((word) => word !== undefined);
}

/** The same as a field of an answer, which nothing lacks is absent. */
export function degradedField(reasons: readonly DegradedReason[]): { degraded?: DegradedWord[] } {
  const degraded = degradedWords(reasons);
  return degraded === undefined ? {} : { degraded };
}

export function statusWord(status: PostStatus): "found" | "deleted" | "unknown" {
  if (status === PostStatus.FOUND) return "found";
  return status === PostStatus.DELETED ? "deleted" : "unknown";
}

export function orderOf(word: "chronological" | "ranked" | undefined): TimelineOrder {
  return word === "ranked" ? TimelineOrder.RANKED : TimelineOrder.CHRONOLOGICAL;
}
