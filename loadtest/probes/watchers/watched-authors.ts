import { mix } from "../../../population/hash.ts";

/** The author whose table place is free: people are numbered from 1. */
const NOBODY = 0;

/**
 * Who watches an author: the friends of each watcher, turned round. Of most authors nobody does, which one
 * look into a table says, some 10 ns; nothing is allocated.
 */
export class WatchedAuthors {
  /** The watchers of row r are at places starts[r] to starts[r + 1]. */
  readonly starts: Int32Array;
  /** By place: index of a watcher. */
  readonly watchers: Int32Array;

  readonly #mask: number;
  /** Open addressing, at most half full. */
  readonly #authors: Int32Array;
  readonly #rows: Int32Array;

  /** `friends` of each watcher, by the watcher's index. */
  constructor(friends: readonly Int32Array[]) {
    const total = friends.reduce((sum, { length }) => sum + length, 0);
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * total)));
    this.#mask = size - 1;
    this.#authors = new Int32Array(size);
    this.#rows = new Int32Array(size);
    const counts = new Int32Array(total);
    const rows = this.#addAll(friends, counts);
    this.starts = new Int32Array(rows + 1);
    for (let row = 0; row < rows; row++) this.starts[row + 1] = this.starts[row] + counts[row];
    this.watchers = new Int32Array(total);
    const next = this.starts.slice();
    for (const [watcher, authors] of friends.entries()) {
      for (const author of authors) this.watchers[next[this.rowOf(author)]++] = watcher;
    }
  }

  /** -1: nobody watches. */
  rowOf(author: number): number {
    const at = this.#placeOf(author);
    return this.#authors[at] === NOBODY ? -1 : this.#rows[at];
  }

  /** The place of a watcher among those of a row; -1: this author is no friend of theirs. */
  placeOf(row: number, watcher: number): number {
    for (let place = this.starts[row]; place < this.starts[row + 1]; place++) {
      if (this.watchers[place] === watcher) return place;
    }
    return -1;
  }

  /** Gives each author a row and counts its watchers; returns how many rows there are. */
  #addAll(friends: readonly Int32Array[], counts: Int32Array): number {
    let rows = 0;
    for (const authors of friends) {
      for (const author of authors) {
        const at = this.#placeOf(author);
        if (this.#authors[at] === NOBODY) {
          this.#authors[at] = author;
          this.#rows[at] = rows++;
        }
        counts[this.#rows[at]]++;
      }
    }
    return rows;
  }

  #placeOf(author: number): number {
    let at = mix(author) & this.#mask;
    while (this.#authors[at] !== author && this.#authors[at] !== NOBODY) at = (at + 1) & this.#mask;
    return at;
  }
}
