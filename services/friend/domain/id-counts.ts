const WORDS = 3;

/** How often ids were added, in 32-bit halves: open addressing in typed arrays. Id 0 is no id. */
export class IdCounts {
  /** Of each slot: low, high, count; a count of 0: free. */
  #slots = new Uint32Array(1_024 * WORDS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False when the id is new and there are `most` others already: then it is not counted. */
  add(low: number, high: number, most: number): boolean {
    const at = this.#find(low, high);
    const isNew = this.#slots[at + 2] === 0;
    if (isNew && this.#size >= most) return false;
    this.#slots[at] = low;
    this.#slots[at + 1] = high;
    this.#slots[at + 2]++;
    if (isNew && ++this.#size * 2 * WORDS > this.#slots.length) this.#grow();
    return true;
  }

  each(tell: (low: number, high: number, count: number) => void): void {
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += WORDS) {
      if (slots[at + 2] > 0) tell(slots[at], slots[at + 1], slots[at + 2]);
    }
  }

  #find(low: number, high: number): number {
    const mask = this.#slots.length / WORDS - 1;
    let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      const isFound = this.#slots[at] === low && this.#slots[at + 1] === high;
      if (isFound || this.#slots[at + 2] === 0) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + 2] === 0) continue;
      const at = this.#find(old[from], old[from + 1]);
      this.#slots.set(old.subarray(from, from + WORDS), at);
    }
  }
}
