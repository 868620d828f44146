import { keyOf, unit } from "../../../population/hash.ts";

export interface WrittenPost {
  readonly postId: bigint;
  readonly author: number;
  /** Which of its author's texts it is; undefined: not one of the population's. */
  readonly textNumber: number | undefined;
  readonly ackedMicros: number;
}

/** A fair sample of all posts that were acknowledged, watched or not (Vitter 1985, algorithm R). */
export class WrittenPosts {
  readonly sample: WrittenPost[] = [];
  readonly #size: number;
  readonly #key: number;
  #offered = 0;

  constructor(size: number, seed: number) {
    this.#size = size;
    this.#key = keyOf(seed, 32);
  }

  offer(author: number, postId: bigint, ackedMicros: number, textNumber: number | undefined): void {
    const place = Math.floor(unit(keyOf(this.#key, this.#offered)) * ++this.#offered);
    const at = this.sample.length < this.#size ? this.sample.length : place;
    if (at < this.#size) this.sample[at] = { postId, author, textNumber, ackedMicros };
  }
}
