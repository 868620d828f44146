interface Arrival {
  readonly watcher: number;
  readonly authorId: bigint;
}

interface Early {
  readonly atMicros: number;
  readonly arrivals: Arrival[];
}

/** An answer that is later than this after its entry is not waited for: no call may take so long. */
const KEPT_MICROS = 10_000_000;
const MAX_POSTS = 20_000;

/**
 * Entries that came before their post's answer did, or belong to other generators' posts: nobody can tell
 * yet, so they are kept for a while.
 */
export class EarlyArrivals {
  readonly #byPost = new Map<bigint, Early>();

  get posts(): number {
    return this.#byPost.size;
  }

  add(postId: bigint, authorId: bigint, watcher: number, atMicros: number): void {
    this.#forget(atMicros);
    const early = this.#byPost.get(postId);
    if (early) early.arrivals.push({ watcher, authorId });
    else this.#byPost.set(postId, { atMicros, arrivals: [{ watcher, authorId }] });
  }

  /** What has come of a post; it is not kept any longer. */
  take(postId: bigint): readonly Arrival[] {
    const early = this.#byPost.get(postId);
    if (!early) return NONE;
    this.#byPost.delete(postId);
    return early.arrivals;
  }

  /** In the order of their coming, as a Map keeps it. */
  #forget(nowMicros: number): void {
    for (const [postId, { atMicros }] of this.#byPost) {
      if (nowMicros - atMicros <= KEPT_MICROS && this.#byPost.size < MAX_POSTS) return;
      this.#byPost.delete(postId);
    }
  }
}

const NONE: readonly Arrival[] = [];
