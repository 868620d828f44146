import type { EntryWindow } from "../../ports.ts";
import { compareHalves, highHalf, lowHalf } from "../halves.ts";

/**
 * The best posts that a merge knows, one an author, newest first, at most as many as it still wants.
 * In typed arrays: a place each, and the order of the places.
 */
export class Candidates {
  /** The lowest id that is still of use. */
  leastLow = 0;
  leastHigh = 0;
  /** The node of the post that was taken last. */
  takenNode = 0;
  /** Places of candidates, newest first; behind them the free places. */
  readonly #order: Uint16Array;
  readonly #postLow: Uint32Array;
  readonly #postHigh: Uint32Array;
  readonly #authorLow: Uint32Array;
  readonly #authorHigh: Uint32Array;
  readonly #node: Uint32Array;
  #count = 0;
  #wanted = 0;
  #nextAuthorLow = 0;
  #nextAuthorHigh = 0;

  constructor(capacity: number) {
    // One place more: for what comes, before something goes.
    const places = capacity + 1;
    this.#order = Uint16Array.from({ length: places }, (_, i) => i);
    this.#postLow = new Uint32Array(places);
    this.#postHigh = new Uint32Array(places);
    this.#authorLow = new Uint32Array(places);
    this.#authorHigh = new Uint32Array(places);
    this.#node = new Uint32Array(places);
  }

  start(least: bigint, wanted: number): void {
    this.#count = 0;
    this.#wanted = wanted;
    this.leastLow = lowHalf(least);
    this.leastHigh = highHalf(least);
  }

  /** Whose post the next one to be added is. */
  setAuthor(low: number, high: number): void {
    this.#nextAuthorLow = low;
    this.#nextAuthorHigh = high;
  }

  /** Adds a post, not below the least. */
  add(low: number, high: number, node: number): void {
    const order = this.#order;
    const place = order[this.#count];
    this.#postLow[place] = low;
    this.#postHigh[place] = high;
    this.#authorLow[place] = this.#nextAuthorLow;
    this.#authorHigh[place] = this.#nextAuthorHigh;
    this.#node[place] = node;
    let from = 0;
    let to = this.#count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const other = order[middle];
      if (compareHalves(this.#postHigh[other], this.#postLow[other], high, low) > 0) {
        from = middle + 1;
      } else to = middle;
    }
    order.copyWithin(from + 1, from, this.#count);
    order[from] = place;
    this.#count = Math.min(this.#count + 1, this.#wanted);
    this.#raiseLeast();
  }

  /** Moves the newest to the end of the window; false when there is none, or all wanted are taken. */
  takeFirst(window: EntryWindow): boolean {
    if (this.#count === 0 || this.#wanted === 0) return false;
    const place = this.#order[0];
    const at = window.count++;
    window.postLow[at] = this.#postLow[place];
    window.postHigh[at] = this.#postHigh[place];
    window.authorLow[at] = this.#authorLow[place];
    window.authorHigh[at] = this.#authorHigh[place];
    window.deleted[at] = 0;
    this.takenNode = this.#node[place];
    this.setAuthor(this.#authorLow[place], this.#authorHigh[place]);
    this.#order.copyWithin(0, 1, this.#count);
    this.#order[--this.#count] = place;
    this.#wanted--;
    this.#raiseLeast();
    return true;
  }

  /** As many as are wanted are there: what is below the last of them is of no use. */
  #raiseLeast(): void {
    if (this.#count < this.#wanted || this.#count === 0) return;
    const last = this.#order[this.#count - 1];
    this.leastLow = this.#postLow[last];
    this.leastHigh = this.#postHigh[last];
  }
}
