const ARENA_WORDS = 16_384;

/** Hands out aligned memory for lists from larger pieces: an ArrayBuffer a list costs 1 us. */
export class PairsArena {
  #free = new Uint32Array(0);

  take(words: number): Uint32Array {
    if (words > this.#free.length) this.#free = new Uint32Array(Math.max(words, ARENA_WORDS));
    const taken = this.#free.subarray(0, words);
    this.#free = this.#free.subarray(words);
    return taken;
  }
}
