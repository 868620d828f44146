import type { PostId } from "../../../model/ids.ts";
import type { AuthorPosts, EntryKey } from "../../ports.ts";

/**
 * Collects the newest posts of many authors, asked in waves, and the floor: every post of the authors
 * asked so far with an id at or above it is among the entries. It rises with each answer that a limit
 * cut off, and with each entry that finds no room; the next wave need not look below it.
 */
export class NewestMerge {
  floor: PostId;
  #kept: EntryKey[] = [];
  readonly #capacity: number;

  constructor(capacity: number, bound: PostId) {
    this.#capacity = capacity;
    this.floor = bound;
  }

  add(wave: AuthorPosts): void {
    if (wave.completeFrom > this.floor) this.floor = wave.completeFrom;
    // An author may be asked twice; what counts twice would push out what is there once.
    const known = new Set(this.#kept.map(({ postId }) => postId));
    this.#kept = this.#kept.concat(wave.posts.filter(({ postId }) => !known.has(postId)));
    if (this.#kept.length > this.#capacity) {
      this.#kept.sort((a, b) => (a.postId > b.postId ? -1 : 1));
      this.#kept.length = this.#capacity;
      const { postId } = this.#kept[this.#capacity - 1];
      if (postId > this.floor) this.floor = postId;
    }
  }

  /** At most `capacity` entries, all at or above the floor. */
  entries(): readonly EntryKey[] {
    return this.#kept.filter(({ postId }) => postId >= this.floor);
  }
}
