/** Compares two nodes: below zero when the first is lent to before the second. */
export type Before = (a: number, b: number) => number;

const ABSENT = -1;

/**
 * The children of one node that wait for its loan, who is next on top: a binary heap that knows where
 * each child lies, so that one may leave, or move when its key has changed. `places` is shared by all
 * heaps of a tree, since a node waits at its parent only.
 */
export class WaitingHeap {
  readonly #before: Before;
  readonly #nodes: number[] = [];

  constructor(before: Before) {
    this.#before = before;
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** The next one; -1 when nobody waits. */
  get top(): number {
    return this.#nodes.length === 0 ? ABSENT : this.#nodes[0];
  }

  /** Puts the node in, or where its key says now. */
  put(node: number, places: Int32Array): void {
    if (places[node] === ABSENT) {
      places[node] = this.#nodes.length;
      this.#nodes.push(node);
    }
    this.#up(places[node], places);
    this.#down(places[node], places);
  }

  remove(node: number, places: Int32Array): void {
    const at = places[node];
    if (at === ABSENT) return;
    places[node] = ABSENT;
    const last = this.#nodes.pop();
    if (last === undefined || last === node) return;
    this.#nodes[at] = last;
    places[last] = at;
    this.#up(at, places);
    this.#down(places[last], places);
  }

  #up(from: number, places: Int32Array): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#before(this.#nodes[at], this.#nodes[parent]) >= 0) return;
      this.#swap(at, parent, places);
      at = parent;
    }
  }

  #down(from: number, places: Int32Array): void {
    let at = from;
    for (;;) {
      let least = 2 * at + 1;
      if (least >= this.#nodes.length) return;
      const right = least + 1;
      if (right < this.#nodes.length && this.#before(this.#nodes[right], this.#nodes[least]) < 0) {
        least = right;
      }
      if (this.#before(this.#nodes[least], this.#nodes[at]) >= 0) return;
      this.#swap(at, least, places);
      at = least;
    }
  }

  #swap(a: number, b: number, places: Int32Array): void {
    const node = this.#nodes[a];
    this.#nodes[a] = this.#nodes[b];
    this.#nodes[b] = node;
    places[this.#nodes[a]] = a;
    places[this.#nodes[b]] = b;
  }
}
