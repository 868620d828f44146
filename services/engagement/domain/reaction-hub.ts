import type { PostId } from "../../model/ids.ts";

/** Posts that one stream follows at most. */
const MAX_FOLLOWED = 1_000;

/** One stream's interest. */
export interface Watch {
  /** From now on; of too many, the one that was named first goes. They count as changed. */
  follow(posts: readonly PostId[]): void;
  /** Those that changed since the last call, each once; empty when there are none. */
  take(): readonly PostId[];
  close(): void;
}

/** Tells streams which of the posts that they follow have changed. It says that, not what. */
export class ReactionHub {
  readonly #watches = new Map<PostId, Set<Interest>>();

  changed(post: PostId): void {
    for (const watch of this.#watches.get(post) ?? []) watch.mark(post);
  }

  /** `onChange`: something is there to be taken. */
  watch(onChange: () => void): Watch {
    const followed = new Set<PostId>();
    const changed = new Set<PostId>();
    const mark = (post: PostId) => {
      changed.add(post);
      onChange();
    };
    const interest: Interest = { mark };
    const leave = (post: PostId) => {
      followed.delete(post);
      const watches = this.#watches.get(post);
      watches?.delete(interest);
      if (watches?.size === 0) this.#watches.delete(post);
    };
    return {
      follow: (posts) => {
        for (const post of posts) {
          followed.delete(post);
          followed.add(post);
          this.#watches.getOrInsertComputed(post, () => new Set()).add(interest);
          mark(post);
        }
        for (const post of followed) {
          if (followed.size <= MAX_FOLLOWED) break;
          leave(post);
        }
      },
      take: () => {
        const posts = [...changed];
        changed.clear();
        return posts;
      },
      close: () => {
        for (const post of followed) leave(post);
      },
    };
  }
}

interface Interest {
  mark(post: PostId): void;
}
