import { DELETED_BIT } from "../../../model/wire/post-log-row.ts";
import type { EntryWindow } from "../../ports.ts";
import { compareHalves, highHalf, lowHalf } from "../halves.ts";
import { Candidates } from "./candidates.ts";
import { HIGH_BITS, OLDER, POST_HIGH, POST_LOW } from "./post-nodes.ts";
import type { RecentIndex } from "./recent-index.ts";

/** Authors whose chains are walked together: the next such wave knows better what is too old. */
const WAVE_AUTHORS = 128;

/**
 * The newest posts of many authors out of the recent index: `start`, `offer` authors once or in
 * slices, `finish`. Of n authors it keeps the `limit` whose first post below `before` is the newest:
 * no other can have a post among the result. Then it merges their chains.
 *
 * Between slices the index may change: a post that came meanwhile may be missing, as if it had come
 * later, and what was dropped is missing below `since`, which the caller looks at after `finish`.
 */
export class NewestFirst {
  readonly #index: RecentIndex;
  readonly #candidates: Candidates;
  /** Of each author of a wave the node that is looked at; and which of them still walk. */
  readonly #nodes = new Uint32Array(WAVE_AUTHORS);
  readonly #walking = new Uint16Array(WAVE_AUTHORS);
  readonly #low = new Uint32Array(WAVE_AUTHORS);
  readonly #high = new Uint32Array(WAVE_AUTHORS);
  readonly #older = new Uint32Array(WAVE_AUTHORS);
  #beforeLow = 0;
  #beforeHigh = 0;

  /** @param capacity the largest limit */
  constructor(index: RecentIndex, capacity: number) {
    this.#index = index;
    this.#candidates = new Candidates(capacity);
  }

  /** Posts with stop <= id < before (0n: from the newest), at most `limit`, deleted ones left out. */
  start(before: bigint, stop: bigint, limit: number): void {
    this.#beforeLow = before === 0n ? 0 : lowHalf(before);
    this.#beforeHigh = before === 0n ? DELETED_BIT : highHalf(before);
    this.#candidates.start(stop > 0n ? stop : 1n, limit);
  }

  /** Authors `from` to `to` (not included) of distinct pairs of halves, low first. */
  offer(pairs: Uint32Array, from = 0, to = pairs.length / 2): void {
    const { authors, nodes } = this.#index;
    for (let first = from; first < to; first += WAVE_AUTHORS) {
      const count = Math.min(WAVE_AUTHORS, to - first);
      const { leastHigh } = this.#candidates;
      const range = { from: first, count, leastHigh, none: nodes.deadNode };
      authors.newestOf(pairs, range, this.#nodes);
      for (let i = 0; i < count; i++) this.#walking[i] = i;
      for (let left = count; left > 0; ) left = this.#step(pairs, first, left);
    }
  }

  /** Writes the result; the window has room for `limit`. */
  finish(window: EntryWindow): void {
    const candidates = this.#candidates;
    window.count = 0;
    while (candidates.takeFirst(window)) this.#offerOlder();
  }

  /**
   * One step down the chains of all authors that still walk; gives how many go on. All nodes are read
   * before any is judged: nearly all of them come from memory, and so they come at the same time.
   */
  #step(pairs: Uint32Array, first: number, count: number): number {
    this.#read(count);
    let left = 0;
    for (let i = 0; i < count; i++) {
      const author = this.#walking[i];
      const verdict = this.#judge(this.#low[i], this.#high[i]);
      if (verdict > 0 && this.#older[i] !== this.#nodes[author]) {
        this.#nodes[author] = this.#older[i];
        this.#walking[left++] = author;
      } else if (verdict === 0) {
        const at = 2 * (first + author);
        this.#candidates.setAuthor(pairs[at], pairs[at + 1]);
        this.#candidates.add(this.#low[i], this.#high[i], this.#nodes[author]);
      }
    }
    return left;
  }

  /** Of a dead node it reads the id 0, which is below all. */
  #read(count: number): void {
    const { nodes } = this.#index;
    for (let i = 0; i < count; i++) {
      const node = this.#nodes[this.#walking[i]];
      const slab = nodes.isAlive(node) ? nodes.slabOf(node) : NO_SLAB;
      const base = slab === NO_SLAB ? 0 : nodes.baseOf(node);
      this.#low[i] = slab[base + POST_LOW];
      this.#high[i] = slab[base + POST_HIGH];
      this.#older[i] = slab[base + OLDER];
    }
  }

  /** 0: fits. Above: the chain may have something further down. Below: it has not. */
  #judge(low: number, high: number): number {
    const bare = (high & HIGH_BITS) >>> 0;
    const { leastHigh, leastLow } = this.#candidates;
    if (compareHalves(bare, low, leastHigh, leastLow) < 0) return -1;
    return compareHalves(bare, low, this.#beforeHigh, this.#beforeLow) < 0 && high === bare ? 0 : 1;
  }

  /** Goes on in the chain of the candidate that was taken. */
  #offerOlder(): void {
    const { nodes } = this.#index;
    let node = this.#candidates.takenNode;
    while (nodes.isAlive(node)) {
      const older = nodes.slabOf(node)[nodes.baseOf(node) + OLDER];
      if (older === node || !nodes.isAlive(older)) return;
      node = older;
      const slab = nodes.slabOf(node);
      const base = nodes.baseOf(node);
      const verdict = this.#judge(slab[base + POST_LOW], slab[base + POST_HIGH]);
      if (verdict === 0) this.#candidates.add(slab[base + POST_LOW], slab[base + POST_HIGH], node);
      if (verdict <= 0) return;
    }
  }
}

const NO_SLAB = new Uint32Array(OLDER + 1);
