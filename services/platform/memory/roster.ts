/** What can be on a roster, and on one at a time. */
export interface Listed {
  /** Where it stands; the roster's to write. -1: on none. */
  place: number;
}

export const NOWHERE = -1;

/**
 * Who is here now, in no order: a set for what comes and goes thousands of times a second.
 *
 * A Set will not do. It gets a new table each time that its old one is full of what was deleted, and V8 keeps in the old
 * one where the new one is, and what was in it. Once a table has lived long enough to be in old space, which every quiet
 * moment makes it, it keeps all that follow alive until the next major collection, though nothing uses it: most of what
 * was ever in the set is copied twice and collected late. Nothing of that shows as a leak.
 */
export class Roster<T extends Listed> implements Iterable<T> {
  /** Never shortened: where nobody stands is undefined. */
  readonly #listed: (T | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Without effect when it is here. */
  add(one: T): void {
    if (this.#has(one)) return;
    one.place = this.#size++;
    this.#listed[one.place] = one;
  }

  /** Without effect when it is not here. */
  delete(one: T): void {
    if (!this.#has(one)) return;
    const last = this.#listed[--this.#size];
    if (last) {
      this.#listed[one.place] = last;
      last.place = one.place;
    }
    this.#listed[this.#size] = undefined;
    one.place = NOWHERE;
  }

  /** Those who are here, and still are when their turn comes. */
  *[Symbol.iterator](): Generator<T, void, void> {
    for (const one of this.#listed.slice(0, this.#size)) if (one && this.#has(one)) yield one;
  }

  #has(one: T): boolean {
    return this.#listed[one.place] === one;
  }
}
