import type { Entry, WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { EntryKey } from "../../ports.ts";
import type { Scroll } from "../cursor/format.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { highHalf, lowHalf } from "../halves.ts";
import { entryOf } from "../page/entries.ts";

export function isWholeAndEmpty([
  { entries, degraded },
]: readonly WatchTimelineResponse[]): boolean {
  return entries.length + degraded.length === 0;
}

/** Whether a page has as many as it may, and all of them from this id on: there may be others. */
export function reaches(
  page: readonly WatchTimelineResponse[],
  limit: number,
  from: bigint,
): boolean {
  const entries = entriesIn(page);
  return entries.length >= limit && entries.every(({ postId }) => postId >= from);
}

export function entriesIn(messages: readonly WatchTimelineResponse[]): Entry[] {
  return messages.flatMap(({ entries }) => entries);
}

export function visibleOf(
  scroll: Scroll,
  heard: readonly EntryKey[],
  friends: FriendSet | undefined,
) {
  return heard
    .filter(({ authorId }) => friends?.has(highHalf(authorId), lowHalf(authorId)) ?? true)
    .map(({ postId, authorId }) => entryOf(scroll, postId, authorId));
}
