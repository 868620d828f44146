import type { EntryKey } from "../../ports.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { compareHalves, highHalf, joinHalves, lowHalf, maxId } from "../halves.ts";
import type { Stretch } from "../page/source.ts";
import type { VisibleWindow } from "../page/visible-window.ts";

/** Bytes of a slice beside its entries. */
const OVERHEAD_BYTES = 300;
const WORDS = 4;

/** All posts of some friends with from <= id < before, newest first. Never changes. */
export class Slice {
  /** 0n: above all ids. */
  readonly before: bigint;
  readonly from: bigint;
  readonly friends: FriendSet;
  /** When it was asked for, monotonic ms. */
  readonly askedMs: number;
  /** Of each entry: post low and high, author low and high. */
  readonly #words: Uint32Array;

  /** `entries` newest first. */
  constructor(
    range: { readonly before: bigint; readonly from: bigint; readonly askedMs: number },
    friends: FriendSet,
    entries: readonly EntryKey[],
  ) {
    this.before = range.before;
    this.from = range.from;
    this.askedMs = range.askedMs;
    this.friends = friends;
    this.#words = new Uint32Array(WORDS * entries.length);
    for (const [i, { postId, authorId }] of entries.entries()) {
      const halves = [lowHalf(postId), highHalf(postId), lowHalf(authorId), highHalf(authorId)];
      this.#words.set(halves, WORDS * i);
    }
  }

  get count(): number {
    return this.#words.length / WORDS;
  }

  get bytes(): number {
    return OVERHEAD_BYTES + this.#words.byteLength;
  }

  /** Whether it has what these friends posted just below this id. Who is a friend no more does no harm. */
  serves(before: bigint, friends: FriendSet): boolean {
    const reaches = before > this.from && (this.before === 0n || before <= this.before);
    return reaches && this.friends.covers(friends);
  }

  /** Entries below this id. */
  countBelow(id: bigint): number {
    return this.count - this.#firstBelow(highHalf(id), lowHalf(id));
  }

  /**
   * Adds what is visible of the stretch until the window is full. Gives the id down to which that is
   * complete: the last id looked at when it is full, else where the slice or the stretch ends.
   */
  copyTo(
    visible: VisibleWindow,
    { before, stop, limit, friends }: Stretch,
    isDeleted: (post: bigint) => boolean,
  ): bigint {
    const words = this.#words;
    const [stopHigh, stopLow] = [highHalf(stop), lowHalf(stop)];
    let at = WORDS * (before === 0n ? 0 : this.#firstBelow(highHalf(before), lowHalf(before)));
    for (; at < words.length && visible.count < limit; at += WORDS) {
      if (compareHalves(words[at + 1], words[at], stopHigh, stopLow) < 0) return stop;
      const place = friends?.indexOf(words[at + 3], words[at + 2]) ?? -1;
      if (place < 0 || isDeleted(joinHalves(words[at + 1], words[at]))) continue;
      const to = visible.count++;
      visible.postLow[to] = words[at];
      visible.postHigh[to] = words[at + 1];
      visible.authorLow[to] = words[at + 2];
      visible.authorHigh[to] = words[at + 3];
      visible.deleted[to] = 0;
      visible.friendPlace[to] = place;
    }
    if (at < words.length) {
      return joinHalves(words[at - WORDS + 1], words[at - WORDS]);
    }
    return maxId(this.from, stop);
  }

  /** The place of the first entry with a smaller id. */
  #firstBelow(high: number, low: number): number {
    const words = this.#words;
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const at = WORDS * middle;
      if (compareHalves(words[at + 1], words[at], high, low) >= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
