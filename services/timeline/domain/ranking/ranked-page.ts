import type { Entry } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../../model/ids.ts";
import type { EntryStore } from "../../ports.ts";
import { encodeCursor } from "../cursor/cursor-writer.ts";
import type { Scroll } from "../cursor/format.ts";
import { encodeRankedCursor, type FrozenOrder } from "../cursor/ranked-cursor.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { highHalf, joinHalves, lowHalf } from "../halves.ts";
import { createEntryWindow } from "../page/entry-window.ts";

/** Every entry's cursor carries the order that is left, up to 2.2 KB: so many fit in a message. */
export const MAX_RANKED_PAGE_ENTRIES = 50;

export interface RankedPage {
  readonly entries: Entry[];
  readonly nextPageToken: string;
  /** How many ids of the order the page has passed. */
  readonly usedCount: number;
}

const one = createEntryWindow(1);

/**
 * The next entries of a frozen order that are still there and visible. The scroll goes on below the
 * lowest candidate, by time, when the order is used up. `reasons`: by post, on the first page only
 * (a token has no room for them).
 */
export function rankedPage(
  store: Pick<EntryStore, "read">,
  scroll: Scroll,
  order: FrozenOrder,
  limit: number,
  friends: FriendSet | undefined,
  reasons: ReadonlyMap<bigint, readonly string[]>,
): RankedPage {
  const cursorAfter = (index: number) =>
    index < order.ids.length
      ? encodeRankedCursor(scroll, order, index)
      : encodeCursor(scroll, order.lowest);
  const entries: Entry[] = [];
  const most = Math.min(limit, MAX_RANKED_PAGE_ENTRIES);
  let next = 0;
  while (next < order.ids.length && entries.length < most) {
    const postId = order.ids[next++];
    const authorId = visibleAuthor(store, scroll.viewer as UserId, postId, friends);
    if (authorId === undefined) continue;
    const cursor = cursorAfter(next);
    entries.push({ postId, authorId, cursor, reasons: [...(reasons.get(postId) ?? [])] });
  }
  return { entries, nextPageToken: cursorAfter(next), usedCount: next };
}

/** The author of an entry that is held, not deleted, and by a friend; else undefined. */
function visibleAuthor(
  store: Pick<EntryStore, "read">,
  viewer: UserId,
  postId: bigint,
  friends: FriendSet | undefined,
): bigint | undefined {
  store.read(viewer, postId + 1n, one);
  const isHeld =
    one.count === 1 && one.postHigh[0] === highHalf(postId) && one.postLow[0] === lowHalf(postId);
  if (!isHeld || one.deleted[0] !== 0) return undefined;
  if (friends?.has(one.authorHigh[0], one.authorLow[0]) === false) return undefined;
  return joinHalves(one.authorHigh[0], one.authorLow[0]);
}
