import type { Entry } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../../model/ids.ts";
import { encodeCursor } from "../cursor/cursor-writer.ts";
import type { Scroll } from "../cursor/format.ts";
import { encodeRankedCursor, type FrozenOrder } from "../cursor/ranked-cursor.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { joinHalves } from "../halves.ts";
import { readSources } from "../page/read-sources.ts";
import type { PageSource } from "../page/source.ts";
import { createVisibleWindow } from "../page/visible-window.ts";

export interface RankedPage {
  readonly entries: Entry[];
  readonly nextPageToken: string;
  /** How many ids of the order the page has passed. */
  readonly usedCount: number;
}

/** The part of a ranked scroll that one page asks for. */
export interface RankedStretch {
  readonly scroll: Scroll;
  readonly order: FrozenOrder;
  readonly limit: number;
  readonly friends: FriendSet | undefined;
  /** Why the ranker chose a post, by post; on the first page only: a token has no room for them. */
  readonly reasons?: ReadonlyMap<bigint, readonly string[]>;
}

const one = createVisibleWindow(1);

/**
 * The next entries of a frozen order that are still there and visible. The scroll goes on below the
 * lowest candidate, by time, when the order is used up. Only the last entry has a cursor: each would carry the order that is
 * left, 1.6 KB of it, and a page of 20 would weigh 30 KB.
 */
export function rankedPage(
  sources: readonly PageSource[],
  { scroll, order, limit, friends, reasons }: RankedStretch,
): RankedPage {
  const cursorAfter = (index: number) =>
    index < order.ids.length
      ? encodeRankedCursor(scroll, order, index)
      : encodeCursor(scroll, order.lowest);
  const entries: Entry[] = [];
  let next = 0;
  while (next < order.ids.length && entries.length < limit) {
    const postId = order.ids[next++];
    const authorId = visibleAuthor(sources, scroll.viewer, postId, friends);
    if (authorId === undefined) continue;
    entries.push({ postId, authorId, cursor: "", reasons: [...(reasons?.get(postId) ?? [])] });
  }
  const nextPageToken = cursorAfter(next);
  const last = entries.at(-1);
  if (last) last.cursor = nextPageToken;
  return { entries, nextPageToken, usedCount: next };
}

/** The author of an entry that is held, not deleted, and by a friend; else undefined. */
function visibleAuthor(
  sources: readonly PageSource[],
  viewer: UserId,
  postId: bigint,
  friends: FriendSet | undefined,
): bigint | undefined {
  one.count = 0;
  readSources(sources, { viewer, before: postId + 1n, stop: postId, limit: 1, friends }, one);
  return one.count === 1 ? joinHalves(one.authorHigh[0], one.authorLow[0]) : undefined;
}
