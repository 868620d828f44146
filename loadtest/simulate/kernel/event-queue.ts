/** Children of a node of the heap: it is half as deep as a binary one. */
const ARITY = 4;
const FIRST_CAPACITY = 1_024;
/** An event's kind and index share 32 bits. */
const INDEX_BITS = 24;
export const MAX_INDEX = 2 ** INDEX_BITS - 1;
export const MAX_KIND = 2 ** (31 - INDEX_BITS) - 1;

/**
 * What is to happen, by time; at one time, in the order in which it was added. A heap in typed
 * arrays: no object an event, which at hundreds of millions of them is what counts.
 */
export class EventQueue {
  /** The event taken last. */
  time = 0;
  kind = 0;
  index = 0;
  value = 0;
  #size = 0;
  #added = 0;
  #times = new Float64Array(FIRST_CAPACITY);
  #orders = new Float64Array(FIRST_CAPACITY);
  #whats = new Int32Array(FIRST_CAPACITY);
  #values = new Int32Array(FIRST_CAPACITY);

  get size(): number {
    return this.#size;
  }

  /** The time of the next event; Infinity when there is none. */
  get nextTime(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[0];
  }

  /** `kind` up to MAX_KIND, `index` up to MAX_INDEX, `value` any 32 bits. */
  add(time: number, kind: number, index: number, value: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    let at = this.#size++;
    // Later than all that is there with the same time: so only earlier times move it up.
    while (at > 0) {
      const parent = ((at - 1) / ARITY) | 0;
      if (times[parent] <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    times[at] = time;
    this.#orders[at] = this.#added++;
    this.#whats[at] = (kind << INDEX_BITS) | index;
    this.#values[at] = value;
  }

  /** Takes the next event into the fields; false when there is none. */
  take(): boolean {
    if (this.#size === 0) return false;
    const what = this.#whats[0];
    this.time = this.#times[0];
    this.kind = what >> INDEX_BITS;
    this.index = what & MAX_INDEX;
    this.value = this.#values[0];
    this.#size--;
    if (this.#size > 0) this.#sink();
    return true;
  }

  /** The last one goes in at the top. */
  #sink(): void {
    const size = this.#size;
    const times = this.#times;
    const orders = this.#orders;
    const time = times[size];
    const order = orders[size];
    let at = 0;
    for (;;) {
      const first = at * ARITY + 1;
      if (first >= size) break;
      const end = Math.min(first + ARITY, size);
      let least = first;
      for (let child = first + 1; child < end; child++) {
        const sooner = times[child] - times[least];
        if (sooner < 0 || (sooner === 0 && orders[child] < orders[least])) least = child;
      }
      const sooner = times[least] - time;
      if (sooner > 0 || (sooner === 0 && orders[least] > order)) break;
      this.#move(least, at);
      at = least;
    }
    this.#move(size, at);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from];
    this.#orders[to] = this.#orders[from];
    this.#whats[to] = this.#whats[from];
    this.#values[to] = this.#values[from];
  }

  #grow(): void {
    const capacity = 2 * this.#times.length;
    const [times, orders, whats, values] = [this.#times, this.#orders, this.#whats, this.#values];
    this.#times = new Float64Array(capacity);
    this.#orders = new Float64Array(capacity);
    this.#whats = new Int32Array(capacity);
    this.#values = new Int32Array(capacity);
    this.#times.set(times);
    this.#orders.set(orders);
    this.#whats.set(whats);
    this.#values.set(values);
  }
}
