import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { Answer, PageSource, Stretch } from "./source.ts";
import type { VisibleWindow } from "./visible-window.ts";

/** Reads a stretch from sources that stand one below the other; the answer is that of all together. */
export function readSources(
  sources: readonly PageSource[],
  stretch: Stretch,
  visible: VisibleWindow,
): Answer {
  let answer: Answer = { from: stretch.before, end: "reached" };
  for (const source of sources) {
    answer = source.read({ ...stretch, before: answer.from }, visible);
    if (answer.end !== "reached" || isAllOf(stretch, answer)) break;
  }
  return answer;
}

/** Whether nothing of the stretch is left. 0n is above all ids. */
export function isAllOf({ stop }: Pick<Stretch, "stop">, { from, end }: Answer): boolean {
  return end === "reached" && from !== 0n && from <= stop;
}

/** What lacks posts between those that are shown, wherever the stretch ends: else what is missing is below them. */
export function holeIn({ missing }: Answer): DegradedReason | undefined {
  const { FILLING, INDEX_BEHIND } = DegradedReason;
  return missing === FILLING || missing === INDEX_BEHIND ? missing : undefined;
}
