import { type PostId, trustedPostId, type UserId } from "../../../model/ids.ts";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { settleWithin } from "../../../platform/concurrency/settle-within.ts";
import type { EntryKey } from "../../ports.ts";
import { maxId, postIdOfHalves, userIdOfHalves } from "../halves.ts";
import { createEntryWindow } from "../page/entry-window.ts";
import { NewestFirst } from "./newest-first.ts";
import type { RecentPosts } from "./recent-posts.ts";

export interface RecentPulled {
  /** Newest first, deleted ones left out. */
  readonly posts: readonly EntryKey[];
  /** The limit cut something off: `posts` has all down to its last. */
  readonly isCut: boolean;
  /** If not: it has all from here on, and what is older has to be asked for elsewhere. */
  readonly since: PostId;
}

/** Longer than a look at the log takes, when the log is well. */
const MAX_WAIT_MS = 500;

/** Four tries of one that does not answer. */
const MAX_CATCH_UP_MS = 2_000;

type Followed = Pick<RecentPosts, "index" | "isUsable" | "since" | "through" | "caughtUp">;

/** Pulls authors' posts out of the recent index, for fills and new friends (rule 6.3). */
export class RecentPull {
  readonly #recent: Followed;
  readonly #clock: Clock;
  readonly #newest: NewestFirst;
  readonly #window;

  /** @param capacity the largest limit */
  constructor(recent: Followed, clock: Clock, capacity: number) {
    this.#recent = recent;
    this.#clock = clock;
    this.#newest = new NewestFirst(recent.index, capacity);
    this.#window = createEntryWindow(capacity);
  }

  /**
   * The newest posts of these authors, at or above `stop` and below `before` (0n: no bound): all that was
   * published before this call, for the index is read once it is through the heads of the log; below what was
   * got so, as it is. Undefined when it is not soon: the posts themselves are then to be asked.
   */
  async newest(
    authors: readonly UserId[],
    stop: bigint,
    limit: number,
    before = 0n,
  ): Promise<RecentPulled | undefined> {
    if (!this.#recent.isUsable) return undefined;
    // Between the pieces of a long answer others get a turn.
    const ready =
      before === 0n
        ? this.#recent.through()
        : new Promise<void>((resolve) => setImmediate(resolve));
    const through = await settleWithin(ready, MAX_WAIT_MS, this.#clock);
    if (through.kind !== "done" || !this.#recent.isUsable) return undefined;
    const since = trustedPostId(this.#recent.since);
    const window = this.#window;
    this.#newest.start(before, maxId(stop, since), limit);
    this.#newest.offer(pairsOf([...new Set(authors)]));
    this.#newest.finish(window);
    const posts = Array.from({ length: window.count }, (_, i) => ({
      postId: postIdOfHalves(window.postHigh[i], window.postLow[i]),
      authorId: userIdOfHalves(window.authorHigh[i], window.authorLow[i]),
    }));
    return { posts, isCut: posts.length === limit, since };
  }

  /** See RecentPosts; or when that does not come soon. */
  async caughtUp(sinceMs: number): Promise<void> {
    const caughtUp = this.#recent.caughtUp(sinceMs);
    if (caughtUp) await settleWithin(caughtUp, MAX_CATCH_UP_MS, this.#clock);
  }

  isDeleted({ authorId, postId }: EntryKey): boolean {
    return this.#recent.index.isDeleted(authorId, postId);
  }
}
