import { compareHalves } from "../../halves.ts";
import type { VisibleWindow } from "../visible-window.ts";

/** What two windows held at most, of which ids, and how many the result may have. */
export interface MergeBounds {
  readonly limit: number;
  /** Entries below it are left out, in halves. */
  readonly fromHigh: number;
  readonly fromLow: number;
}

/** Merges two windows behind what is there, newest first, each id once. */
export function addNewest(
  a: VisibleWindow,
  b: VisibleWindow,
  { limit, fromHigh, fromLow }: MergeBounds,
  visible: VisibleWindow,
): void {
  for (let i = 0, j = 0; visible.count < limit && (i < a.count || j < b.count); ) {
    const order = orderOf(a, i, b, j);
    const [window, at] = order >= 0 ? [a, i] : [b, j];
    if (compareHalves(window.postHigh[at], window.postLow[at], fromHigh, fromLow) < 0) return;
    add(visible, window, at);
    if (order >= 0) i++;
    if (order <= 0) j++;
  }
}

/** Above zero: the next of `a` is newer, or `b` has none left. Zero: they are the same entry. */
function orderOf(a: VisibleWindow, i: number, b: VisibleWindow, j: number): number {
  if (i === a.count) return -1;
  if (j === b.count) return 1;
  return compareHalves(a.postHigh[i], a.postLow[i], b.postHigh[j], b.postLow[j]);
}

function add(visible: VisibleWindow, from: VisibleWindow, index: number): void {
  const at = visible.count++;
  visible.postHigh[at] = from.postHigh[index];
  visible.postLow[at] = from.postLow[index];
  visible.authorHigh[at] = from.authorHigh[index];
  visible.authorLow[at] = from.authorLow[index];
  visible.deleted[at] = 0;
  visible.friendPlace[at] = from.friendPlace[index];
}
