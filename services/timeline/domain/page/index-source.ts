import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { MAX_ID } from "../../../model/ids.ts";
import { joinHalves, maxId } from "../halves.ts";
import { NewestFirst } from "../recent/newest-first.ts";
import type { RecentPosts } from "../recent/recent-posts.ts";
import { createEntryWindow } from "./entry-window.ts";
import type { Answer, PageSource, Stretch } from "./source.ts";
import type { VisibleWindow } from "./visible-window.ts";

/** Everyone's posts of the last days: complete for any friends down to the index's `since`. */
export class IndexSource implements PageSource {
  readonly #recent: RecentPosts;
  readonly #newest: NewestFirst;
  readonly #found;

  /** @param capacity the largest limit of a stretch */
  constructor(recent: RecentPosts, capacity: number) {
    this.#recent = recent;
    this.#newest = new NewestFirst(recent.index, capacity);
    this.#found = createEntryWindow(capacity);
  }

  read(stretch: Stretch, visible: VisibleWindow): Answer {
    const { before, friends } = stretch;
    const { FRIENDS_UNAVAILABLE, INDEX_BEHIND, BELOW_FLOOR } = DegradedReason;
    const wait = (missing: DegradedReason): Answer => ({ from: before, end: "paused", missing });
    if (friends === undefined) return wait(FRIENDS_UNAVAILABLE);
    const { since } = this.#recent;
    const stop = maxId(stretch.stop, since);
    if (since > MAX_ID || (before !== 0n && before <= stop)) {
      return { from: before, end: "reached", missing: BELOW_FLOOR };
    }
    // Soon it can: the posts themselves are not asked by everyone whose owner has just changed.
    if (this.#recent.isBehind || stretch.isIndexBehind) return wait(INDEX_BEHIND);
    const wanted = stretch.limit - visible.count;
    this.#newest.start(before, stop, wanted);
    this.#newest.offer(friends.pairs);
    this.#newest.finish(this.#found);
    this.#add(visible, stretch);
    if (this.#found.count < wanted) return { from: stop, end: "reached", missing: BELOW_FLOOR };
    const last = visible.count - 1;
    return { from: joinHalves(visible.postHigh[last], visible.postLow[last]), end: "full" };
  }

  #add(visible: VisibleWindow, { friends }: Stretch): void {
    const found = this.#found;
    for (let i = 0; i < found.count; i++) {
      const at = visible.count++;
      visible.postHigh[at] = found.postHigh[i];
      visible.postLow[at] = found.postLow[i];
      visible.authorHigh[at] = found.authorHigh[i];
      visible.authorLow[at] = found.authorLow[i];
      visible.deleted[at] = 0;
      const place = friends?.indexOf(found.authorHigh[i], found.authorLow[i]) ?? -1;
      visible.friendPlace[at] = place;
    }
  }
}
