/** When something is to be looked at again; a binary heap, the earliest on top. */
export class ChangesDue<T> {
  readonly #times: number[] = [];
  readonly #items: T[] = [];

  get size(): number {
    return this.#times.length;
  }

  add(atMs: number, item: T): void {
    let at = this.#times.length;
    this.#times.push(atMs);
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent] <= this.#times[at]) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes out the earliest, if it is due. */
  take(nowMs: number): T | undefined {
    if (this.#times.length === 0 || this.#times[0] > nowMs) return undefined;
    this.#swap(0, this.#times.length - 1);
    this.#times.pop();
    const item = this.#items.pop();
    for (let at = 0; ; ) {
      let least = 2 * at + 1;
      if (least >= this.#times.length) return item;
      const right = least + 1;
      if (right < this.#times.length && this.#times[right] < this.#times[least]) least = right;
      if (this.#times[least] >= this.#times[at]) return item;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    [this.#times[a], this.#times[b]] = [this.#times[b], this.#times[a]];
    [this.#items[a], this.#items[b]] = [this.#items[b], this.#items[a]];
  }
}
