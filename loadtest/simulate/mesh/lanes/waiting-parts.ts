import { type Bundles, copied } from "../bundles.ts";
import type { Calls } from "./calls.ts";

const NONE = -1;
/** What fits but for the last bits of a sum fits. */
const ROUNDING = 1e-6;

/**
 * Told of messages that leave in call `i`: of which bundle, from what place how many, if they are
 * the rest.
 */
export type OnTaken = (
  i: number,
  bundle: number,
  place: number,
  count: number,
  isRest: boolean,
) => void;

export interface CallBounds {
  readonly postsPerCall: number;
  readonly entriesPerCall: number;
}

/**
 * What waits in each lane: a bundle's part for the lane's owner after the other, in a list through
 * columns by part (bundle * owners + owner). Lanes are numbered worker * owners + owner.
 */
export class WaitingParts {
  /** Of a lane: posts and entries that wait, on average. */
  readonly pieces: Float64Array;
  readonly entries: Float64Array;
  readonly #bundles: Bundles;
  readonly #owners: number;
  readonly #firsts: Int32Array;
  readonly #lasts: Int32Array;
  #next: Int32Array;
  #partPieces: Float64Array;
  #partEntries: Float64Array;
  /** Messages of the bundle that have left. */
  #left: Int32Array;

  constructor(bundles: Bundles, owners: number, lanes: number) {
    this.pieces = new Float64Array(lanes);
    this.entries = new Float64Array(lanes);
    this.#bundles = bundles;
    this.#owners = owners;
    this.#firsts = new Int32Array(lanes).fill(NONE);
    this.#lasts = new Int32Array(lanes).fill(NONE);
    const parts = bundles.capacity * owners;
    this.#next = new Int32Array(parts);
    this.#partPieces = new Float64Array(parts);
    this.#partEntries = new Float64Array(parts);
    this.#left = new Int32Array(parts);
  }

  isEmpty(lane: number): boolean {
    return this.#firsts[lane] === NONE;
  }

  /** More of a bundle for the lane's owner; nothing of the bundle may have left any lane. */
  add(lane: number, owner: number, bundle: number, pieces: number, entries: number): void {
    const part = bundle * this.#owners + owner;
    if (part >= this.#next.length) this.#grow();
    this.pieces[lane] += pieces;
    this.entries[lane] += entries;
    if (this.#partPieces[part] > 0) {
      this.#partPieces[part] += pieces;
      this.#partEntries[part] += entries;
      return;
    }
    this.#partPieces[part] = pieces;
    this.#partEntries[part] = entries;
    this.#left[part] = 0;
    this.#next[part] = NONE;
    this.#bundles.openParts[bundle]++;
    if (this.#firsts[lane] === NONE) this.#firsts[lane] = bundle;
    else this.#next[this.#lasts[lane] * this.#owners + owner] = bundle;
    this.#lasts[lane] = bundle;
  }

  /** Adds a call with as much of what waits first as fits. One post always does. */
  measure(lane: number, calls: Calls, { postsPerCall, entriesPerCall }: CallBounds): void {
    const owner = lane % this.#owners;
    const counts = this.#bundles.count;
    let [messages, pieces, entries] = [0, 0, 0];
    for (let bundle = this.#firsts[lane]; bundle !== NONE; ) {
      const part = bundle * this.#owners + owner;
      const count = counts[bundle];
      const left = count - this.#left[part];
      const byEntries = ((entriesPerCall - entries) * count) / this.#partEntries[part];
      const byPieces = ((postsPerCall - pieces) * count) / this.#partPieces[part];
      const room = Math.floor(Math.min(byEntries, byPieces) + ROUNDING);
      const taken = Math.min(left, Math.max(messages === 0 ? 1 : 0, room));
      messages += taken;
      pieces += (this.#partPieces[part] * taken) / count;
      entries += (this.#partEntries[part] * taken) / count;
      if (taken < left) break;
      bundle = this.#next[part];
    }
    calls.add(owner, messages, pieces, entries);
  }

  /** Takes what was measured for call `i`. */
  take(lane: number, calls: Calls, i: number, onTaken: OnTaken): void {
    const owner = lane % this.#owners;
    const { count: counts, size } = this.#bundles;
    this.pieces[lane] -= calls.pieces[i];
    this.entries[lane] -= calls.entries[i];
    for (let messages = calls.messages[i]; messages > 0; ) {
      const bundle = this.#firsts[lane];
      const part = bundle * this.#owners + owner;
      const from = this.#left[part];
      const taken = Math.min(messages, counts[bundle] - from);
      const isRest = from + taken === counts[bundle];
      this.#left[part] = from + taken;
      messages -= taken;
      if (isRest) {
        this.#firsts[lane] = this.#next[part];
        this.#partPieces[part] = 0;
      }
      onTaken(i, bundle, bundle * size + from, taken, isRest);
    }
    // Sums of parts of parts: what is left of nothing is nothing.
    if (this.isEmpty(lane)) this.clear(lane);
  }

  clear(lane: number): void {
    const owner = lane % this.#owners;
    for (let bundle = this.#firsts[lane]; bundle !== NONE; ) {
      const part = bundle * this.#owners + owner;
      this.#partPieces[part] = 0;
      bundle = this.#next[part];
    }
    this.#firsts[lane] = NONE;
    this.pieces[lane] = 0;
    this.entries[lane] = 0;
  }

  #grow(): void {
    const parts = this.#bundles.capacity * this.#owners;
    this.#next = copied(this.#next, new Int32Array(parts));
    this.#partPieces = copied(this.#partPieces, new Float64Array(parts));
    this.#partEntries = copied(this.#partEntries, new Float64Array(parts));
    this.#left = copied(this.#left, new Int32Array(parts));
  }
}
