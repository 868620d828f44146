import type { LoggedChange } from "../../model/wire/post-log-row.ts";
import type { HeadDeletions } from "../ports.ts";

export interface NewestDeletionsLimits {
  readonly rows: number;
  readonly posts: number;
}

/**
 * At a row each 20 ms these are of 2.5 seconds: whoever looks twice a second misses none. All heads are read together,
 * those of the dead too, so what is in one is short.
 */
const LIMITS: NewestDeletionsLimits = { rows: 128, posts: 64 };

/** The deletions in the newest rows of one generation, as its head tells of them. */
export class NewestDeletions {
  readonly #limits: NewestDeletionsLimits;
  #rows: { readonly seq: number; readonly posts: readonly bigint[] }[] = [];
  #since = 0;

  constructor(limits: NewestDeletionsLimits = LIMITS) {
    this.#limits = limits;
  }

  /** What the head is to say with this row, the next one. */
  with(seq: number, changes: readonly LoggedChange[]): HeadDeletions {
    const posts = changes.filter(({ deleted }) => deleted).map(({ postId }) => postId);
    if (posts.length > 0) this.#rows.push({ seq, posts });
    this.#forgetUpTo(seq - this.#limits.rows);
    let count = this.#rows.reduce((sum, row) => sum + row.posts.length, 0);
    while (count > this.#limits.posts) {
      const [oldest] = this.#rows;
      count -= oldest.posts.length;
      this.#forgetUpTo(oldest.seq);
    }
    return { since: this.#since, posts: this.#rows.flatMap((row) => row.posts) };
  }

  #forgetUpTo(seq: number): void {
    if (seq <= this.#since) return;
    this.#since = seq;
    this.#rows = this.#rows.filter((row) => row.seq > seq);
  }
}
