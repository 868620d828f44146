import type { RankedItem } from "../../ports.ts";

/** The ids that were asked for, each once, in the order of the answer; undefined when it is not that. */
export function checkedOrder(
  asked: readonly bigint[],
  answer: readonly RankedItem[],
): readonly bigint[] | undefined {
  if (answer.length !== asked.length) return undefined;
  const left = new Set(asked);
  const isEachOnce = answer.every(({ postId }) => left.delete(postId));
  return isEachOnce ? answer.map(({ postId }) => postId) : undefined;
}
