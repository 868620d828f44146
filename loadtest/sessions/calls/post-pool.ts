import { unit } from "../../../population/hash.ts";

/** A post that this run made. */
export interface MadePost {
  readonly author: number;
  readonly postId: bigint;
}

const MAX_POSTS = 10_000;

/** The newest posts that a generator's calls made, for its other calls. */
export class PostPool {
  readonly #posts: MadePost[] = [];
  #next = 0;

  add(post: MadePost): void {
    this.#posts[this.#next % MAX_POSTS] = post;
    this.#next++;
  }

  /** For 32 random bits, newer ones more often: half of all picks are of the newest eighth. */
  pick(bits: number): MadePost | undefined {
    const count = this.#posts.length;
    if (count === 0) return undefined;
    const age = Math.floor(unit(bits) ** 3 * count);
    return this.#posts[(this.#next - 1 - age) % MAX_POSTS];
  }
}
