/** Reservations by the time at which they expire: a binary heap of slots. */
export class Expiries {
  readonly #timeOf: (slot: number) => number;
  readonly #heap: number[] = [];

  constructor(timeOf: (slot: number) => number) {
    this.#timeOf = timeOf;
  }

  /** Unix ms of the first that is still in the heap; Infinity when there is none. */
  get firstMs(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#timeOf(this.#heap[0]);
  }

  add(slot: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(slot);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#timeOf(heap[parent]) <= this.#timeOf(slot)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = slot;
  }

  /** Takes the first out; it may be reserved no more. */
  take(): number {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const isRightFirst =
        child + 1 < heap.length && this.#timeOf(heap[child + 1]) < this.#timeOf(heap[child]);
      if (isRightFirst) child++;
      if (this.#timeOf(last) <= this.#timeOf(heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
