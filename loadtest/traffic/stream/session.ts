import { lognormalTable } from "../../../population/people/quantile-table.ts";
import type { Draws } from "./draws.ts";
import type { PendingSteps } from "./pending-steps.ts";
import { OPEN, PAGE, POST, SCROLL } from "./steps.ts";

/** The longest session: what would come later is left out, fewer than one step in 1,000. */
export const MAX_SESSION_SECONDS = 2_040;
/** Scrolls, and posts, of one session. Together they fit into a byte. */
const MAX_EACH = 120;
const GAPS = 4_096;
const GAP_BITS = 20;

/** Assumed: seconds between the steps, on average. */
export const MEAN_GAP_SECONDS = { firstPage: 0.3, reading: 20, writing: 25 } as const;
/** The same, of how they vary (sigma of the logarithm). */
const FIRST_PAGE = gaps(MEAN_GAP_SECONDS.firstPage, 0.5);
const READING = gaps(MEAN_GAP_SECONDS.reading, 0.9);
const WRITING = gaps(MEAN_GAP_SECONDS.writing, 0.7);

/** Microseconds, by quantile. */
function gaps(meanSeconds: number, spread: number): Int32Array {
  const table = lognormalTable(meanSeconds * 1e6, spread);
  return Int32Array.from({ length: GAPS }, (_, i) => Math.round(table.at(i << GAP_BITS)));
}

/**
 * One session: open, the first page, then scrolls and posts in any order, each an open-ended number of
 * the person's own mean (geometric). All steps are drawn at once, from `startUs` after the slot's begin.
 */
export function planSession({
  draws,
  meanScrolls,
  meanPosts,
  startUs,
  pending,
}: {
  readonly draws: Draws;
  readonly meanScrolls: number;
  readonly meanPosts: number;
  readonly startUs: number;
  readonly pending: PendingSteps;
}): void {
  pending.add(startUs, OPEN);
  let us = startUs + gap(FIRST_PAGE, draws);
  pending.add(us, (1 << 2) | PAGE);
  const endUs = startUs + MAX_SESSION_SECONDS * 1e6;
  let scrolls = geometric(draws, meanScrolls);
  let posts = geometric(draws, meanPosts);
  for (let step = 2; scrolls + posts > 0; step++) {
    const isPost = scrolls === 0 || draws.unit() * (scrolls + posts) < posts;
    if (isPost) posts--;
    else scrolls--;
    us += gap(isPost ? WRITING : READING, draws);
    if (us >= endUs) return;
    pending.add(us, (step << 2) | (isPost ? POST : SCROLL));
  }
}

/** A number of this mean: it goes on with chance mean / (1 + mean). One draw, and a product each. */
function geometric(draws: Draws, mean: number): number {
  const onward = mean / (1 + mean);
  const share = draws.unit();
  let count = 0;
  for (let chance = onward; share < chance && count < MAX_EACH; chance *= onward) count++;
  return count;
}

function gap(table: Int32Array, draws: Draws): number {
  return table[draws.bits() >>> GAP_BITS];
}
