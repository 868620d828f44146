/** A set of ids in 32-bit halves: open addressing in typed arrays, no object an id. Id 0 is no id. */
export class IdSet {
  #slots: Uint32Array;
  #mask: number;
  #size = 0;

  constructor(expected = 512) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 2)));
    this.#slots = new Uint32Array(capacity * 2);
    this.#mask = capacity - 1;
  }

  get size(): number {
    return this.#size;
  }

  has(low: number, high: number): boolean {
    return this.#isTaken(this.#find(low, high));
  }

  /** True when the id was not in the set. */
  add(low: number, high: number): boolean {
    const slot = this.#find(low, high);
    if (this.#isTaken(slot)) return false;
    this.#slots[slot * 2] = low;
    this.#slots[slot * 2 + 1] = high;
    this.#size++;
    if (this.#size * 2 > this.#mask) this.#grow();
    return true;
  }

  /** The slot that holds the id, or the free one where it belongs. */
  #find(low: number, high: number): number {
    let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const isFound = this.#slots[slot * 2] === low && this.#slots[slot * 2 + 1] === high;
      if (isFound || !this.#isTaken(slot)) return slot;
    }
  }

  #isTaken(slot: number): boolean {
    return this.#slots[slot * 2] !== 0 || this.#slots[slot * 2 + 1] !== 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#slots.length / 2 - 1;
    this.#size = 0;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] !== 0 || old[i + 1] !== 0) this.add(old[i], old[i + 1]);
    }
  }
}
