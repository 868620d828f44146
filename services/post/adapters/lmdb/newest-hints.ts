import type { PostId, UserId } from "../../../model/ids.ts";

const SLOT_BITS = 18;

/**
 * The newest post of each of many authors: a table with one slot a hash, in which the last author
 * asked for wins. It is a hint that saves a search in the store: what it says is never too old, and what
 * it does not know has to be looked up.
 */
export class NewestHints {
  readonly #authors = new BigInt64Array(1 << SLOT_BITS);
  readonly #newest = new BigInt64Array(1 << SLOT_BITS);

  /** The author's newest post; 0 when there is none; undefined when that is not known. */
  get(author: UserId): bigint | undefined {
    const slot = slotOf(author);
    return this.#authors[slot] === author ? this.#newest[slot] : undefined;
  }

  /** What a search has found: the author's newest post, or 0 for none. */
  learn(author: UserId, newest: bigint): void {
    const slot = slotOf(author);
    this.#authors[slot] = author;
    this.#newest[slot] = newest;
  }

  /** A post is durable. Must be called before it is acknowledged or published. */
  stored(author: UserId, post: PostId): void {
    const slot = slotOf(author);
    if (this.#authors[slot] === author && this.#newest[slot] < post) this.#newest[slot] = post;
  }
}

function slotOf(author: UserId): number {
  const low = Number(BigInt.asUintN(32, author));
  return Math.imul(low, 0x9e3779b1) >>> (32 - SLOT_BITS);
}
