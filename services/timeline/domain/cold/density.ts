import { LRUCache } from "lru-cache";
import { postTimeMs, type UserId } from "../../../model/ids.ts";
import type { Slice } from "./slice.ts";

const DAY_MS = 86_400_000;
/** What a person posts, before anything is known of their friends (the population's mean). */
const POSTS_PER_FRIEND_AND_DAY = 2.5;
const MIN_SPAN_MS = 3_600_000;
const MAX_SPAN_MS = 2_000 * DAY_MS;
const MAX_VIEWERS = 10_000;

/** How much time holds so many entries of a viewer's friends, by the last slice of theirs. */
export class Density {
  readonly #msPerEntry = new LRUCache<UserId, number>({ max: MAX_VIEWERS });

  spanOf(viewer: UserId, entries: number, friends: number): number {
    const first = DAY_MS / (POSTS_PER_FRIEND_AND_DAY * Math.max(1, friends));
    const spanMs = entries * (this.#msPerEntry.get(viewer) ?? first);
    return Math.min(MAX_SPAN_MS, Math.max(MIN_SPAN_MS, spanMs));
  }

  learn(viewer: UserId, { before, from, count }: Slice, nowMs: number): void {
    const topMs = before === 0n ? nowMs : postTimeMs(before);
    const coveredMs = Math.max(1, topMs - postTimeMs(from));
    this.#msPerEntry.set(viewer, coveredMs / Math.max(1, count));
  }
}
