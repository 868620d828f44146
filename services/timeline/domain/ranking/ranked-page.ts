import type { DegradedReason, Entry } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../../model/ids.ts";
import { encodeCursor } from "../cursor/cursor-writer.ts";
import type { Scroll } from "../cursor/format.ts";
import { encodeRankedCursor, type FrozenOrder } from "../cursor/ranked-cursor.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { joinHalves } from "../halves.ts";
import { isAllOf, readSources } from "../page/read-sources.ts";
import type { PageSource } from "../page/source.ts";
import { createVisibleWindow } from "../page/visible-window.ts";
import { authorIn, type LookedUp } from "./looked-up.ts";

export interface RankedPage {
  readonly entries: Entry[];
  readonly nextPageToken: string;
  /** How many ids of the order the page has passed. */
  readonly usedCount: number;
  /** It ends here because nobody who was asked knows the next id of the order, for this reason. */
  readonly unknown?: { readonly postId: bigint; readonly missing: DegradedReason | undefined };
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
 * lowest candidate, by time, when the order is used up. Only the last entry has a cursor: each would carry
 * the order that is left, 1.6 KB of it, and a page of 20 would weigh 30 KB.
 *
 * An order may be older than what memory has: what that cannot tell is in `lookedUp`, or ends the page.
 */
export function rankedPage(
  sources: readonly PageSource[],
  { scroll, order, limit, friends, reasons }: RankedStretch,
  lookedUp: readonly LookedUp[] = [],
): RankedPage {
  const cursorAfter = (index: number) =>
    index < order.ids.length
      ? encodeRankedCursor(scroll, order, index)
      : encodeCursor(scroll, order.lowest);
  const entries: Entry[] = [];
  let unknown: RankedPage["unknown"];
  let next = 0;
  for (; next < order.ids.length && entries.length < limit; next++) {
    const postId = order.ids[next];
    const held = holder(sources, scroll.viewer, postId, friends);
    const authorId = held.isKnown ? held.authorId : authorIn(lookedUp, postId);
    if (authorId === "unknown") {
      unknown = { postId, missing: held.missing };
      break;
    }
    if (authorId === undefined) continue;
    entries.push({ postId, authorId, cursor: "", reasons: [...(reasons?.get(postId) ?? [])] });
  }
  const nextPageToken = cursorAfter(next);
  const last = entries.at(-1);
  if (last) last.cursor = nextPageToken;
  return { entries, nextPageToken, usedCount: next, ...(unknown && { unknown }) };
}

interface Held {
  /** False: memory does not reach there, so it cannot say. */
  readonly isKnown: boolean;
  /** Of an entry that is held, not deleted, and by a friend. */
  readonly authorId: bigint | undefined;
  readonly missing: DegradedReason | undefined;
}

function holder(
  sources: readonly PageSource[],
  viewer: UserId,
  postId: bigint,
  friends: FriendSet | undefined,
): Held {
  one.count = 0;
  const stretch = { viewer, before: postId + 1n, stop: postId, limit: 1, friends };
  const answer = readSources(sources, stretch, one);
  const isHeld = one.count === 1;
  const authorId = isHeld ? joinHalves(one.authorHigh[0], one.authorLow[0]) : undefined;
  return { isKnown: isHeld || isAllOf(stretch, answer), authorId, missing: answer.missing };
}
