import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { MAX_RANK_CANDIDATES } from "../../../model/limits.ts";
import { joinHalves } from "../halves.ts";
import type { PageSource, SlowPageSource } from "../page/source.ts";
import { createVisibleWindow } from "../page/visible-window.ts";
import { authorIn, type LookedUp } from "./looked-up.ts";
import { type RankedPage, type RankedStretch, rankedPage } from "./ranked-page.ts";

/** One is enough for what memory has let go since the order was made, unless friends were made since. */
const MAX_LOOK_UPS = 4;

/**
 * Goes on with a page that ended at an id of which memory can't tell: the posts themselves are asked for all
 * that is left of the order. A page that still ends there names the reason, and its token asks again.
 */
export async function wholeRankedPage(
  sources: readonly PageSource[],
  slow: SlowPageSource,
  { stretch, deadlineMs }: { readonly stretch: RankedStretch; readonly deadlineMs: number },
): Promise<RankedPage> {
  const lookedUp: LookedUp[] = [];
  const { viewer } = stretch.scroll;
  const { ids, lowest } = stretch.order;
  let page = rankedPage(sources, stretch);
  for (let i = 0; page.unknown && i < MAX_LOOK_UPS; i++) {
    const left = ids.filter((id) => authorIn(lookedUp, id) === "unknown");
    const before = 1n + left.reduce((a, b) => (a > b ? a : b), page.unknown.postId);
    const visible = createVisibleWindow(MAX_RANK_CANDIDATES);
    const { friends } = stretch;
    const range = { viewer, before, stop: lowest, limit: MAX_RANK_CANDIDATES, friends };
    const { from, missing } = await slow.read(range, visible, deadlineMs);
    const authors = new Map<bigint, bigint>();
    for (let n = 0; n < visible.count; n++) {
      const author = joinHalves(visible.authorHigh[n], visible.authorLow[n]);
      authors.set(joinHalves(visible.postHigh[n], visible.postLow[n]), author);
    }
    lookedUp.push({ from, before, authors });
    page = rankedPage(sources, stretch, lookedUp);
    if (missing !== undefined && page.unknown) {
      return { ...page, unknown: { ...page.unknown, missing } };
    }
  }
  if (!page.unknown) return page;
  return { ...page, unknown: { ...page.unknown, missing: DegradedReason.COLD_SLOW } };
}
