import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { MAX_ID } from "../../../model/ids.ts";
import { joinHalves, maxId } from "../halves.ts";
import { NewestFirst } from "../recent/newest-first.ts";
import type { RecentPosts } from "../recent/recent-posts.ts";
import { createEntryWindow } from "./entry-window.ts";
import type { Answer, PageSource, Stretch } from "./source.ts";
import type { VisibleWindow } from "./visible-window.ts";

/** A source that can be asked for some of a viewer's friends. */
export interface AuthorSource extends PageSource {
  /** The highest id that it has ever heard of. */
  readonly highest: bigint;
  /** As `read`, of these friends alone: distinct pairs of halves, low first. */
  readAuthors(stretch: Stretch, authors: Uint32Array, visible: VisibleWindow): Answer;
}

/** Where there is no index: pulled posts are missing, and pages say so. */
export const NO_INDEX: AuthorSource = {
  highest: 0n,
  read: ({ before }) => ({ from: before, end: "reached", missing: DegradedReason.BELOW_FLOOR }),
  readAuthors: ({ before }) => {
    return { from: before, end: "reached", missing: DegradedReason.INDEX_BEHIND };
  },
};

/** Everyone's posts of the last days: complete for any friends down to the index's `since`. */
export class IndexSource implements AuthorSource {
  readonly #recent: RecentPosts;
  readonly #newest: NewestFirst;
  readonly #found;

  readonly #isAlone: boolean;

  /**
   * @param capacity the largest limit of a stretch
   * @param isAlone nothing stands above it: a first page shows what is there, though it may be behind
   */
  constructor(recent: RecentPosts, capacity: number, isAlone = false) {
    this.#recent = recent;
    this.#isAlone = isAlone;
    this.#newest = new NewestFirst(recent.index, capacity);
    this.#found = createEntryWindow(capacity);
  }

  get highest(): bigint {
    return this.#recent.index.highest;
  }

  read(stretch: Stretch, visible: VisibleWindow): Answer {
    const { before, friends } = stretch;
    const { FRIENDS_UNAVAILABLE } = DegradedReason;
    if (!friends) return { from: before, end: "paused", missing: FRIENDS_UNAVAILABLE };
    return this.readAuthors(stretch, friends.pairs, visible);
  }

  readAuthors(stretch: Stretch, authors: Uint32Array, visible: VisibleWindow): Answer {
    const { before } = stretch;
    const { INDEX_BEHIND, BELOW_FLOOR } = DegradedReason;
    const { since } = this.#recent;
    const stop = maxId(stretch.stop, since);
    if (since > MAX_ID || (before !== 0n && before <= stop)) {
      return { from: before, end: "reached", missing: BELOW_FLOOR };
    }
    // Soon it can: the posts themselves are not asked by everyone whose owner has just changed.
    const isBehind = this.#recent.isBehind(stretch.viewer) || stretch.isIndexBehind;
    const isFirstLook = this.#isAlone && before === 0n;
    if (isBehind && !isFirstLook) return { from: before, end: "paused", missing: INDEX_BEHIND };
    const wanted = stretch.limit - visible.count;
    this.#newest.start(before, stop, wanted);
    this.#newest.offer(authors);
    this.#newest.finish(this.#found);
    this.#add(visible, stretch);
    const last = visible.count - 1;
    const lowest = () => joinHalves(visible.postHigh[last], visible.postLow[last]);
    // What is shown may lack something, so nothing ends here but the page.
    if (isBehind) {
      return { from: last < 0 ? before : lowest(), end: "paused", missing: INDEX_BEHIND };
    }
    if (this.#found.count < wanted) return { from: stop, end: "reached", missing: BELOW_FLOOR };
    return { from: lowest(), end: "full" };
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
