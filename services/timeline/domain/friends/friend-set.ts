import { trustedUserId, type UserId } from "../../../model/ids.ts";
import { idAt } from "../../../model/wire/id-pairs.ts";
import { compareHalves, highHalf, lowHalf } from "../halves.ts";
import { RecentReads, type Run } from "./recent-reads.ts";

/** A person who comes or goes, and the place in the order. */
interface Change {
  readonly high: number;
  readonly low: number;
  readonly index: number;
  readonly isFriend: boolean;
}

/** Bytes of a set beside its ids: the objects, and the place in the cache that holds it. */
const OVERHEAD_BYTES = 400;

/**
 * One person's friends, ascending, 9 bytes a friend: pairs of 32-bit halves, low first, and a count of
 * how often that friend's entries were lately read. Who is a friend never changes in place, so a page
 * that has begun sees one state of it.
 */
export class FriendSet {
  readonly size: number;
  readonly reads: RecentReads;
  /** Pairs of 32-bit halves, low first, ascending. Not to be changed. */
  readonly pairs: Uint32Array;

  /** `pairs` ascending and distinct, as ListFriends streams them; kept, not copied. */
  constructor(pairs: Uint32Array, reads = new RecentReads(pairs.length / 2)) {
    this.pairs = pairs;
    this.size = pairs.length / 2;
    this.reads = reads;
  }

  get bytes(): number {
    return OVERHEAD_BYTES + this.pairs.byteLength + this.size;
  }

  has(high: number, low: number): boolean {
    return this.indexOf(high, low) >= 0;
  }

  /** The friend's place in ascending order; -1: no friend. */
  indexOf(high: number, low: number): number {
    const index = this.#search(high, low);
    const at = 2 * index;
    return this.pairs[at] === low && this.pairs[at + 1] === high ? index : -1;
  }

  /** The ids from index `from` on, at most `count`. */
  slice(from: number, count: number): UserId[] {
    const length = Math.max(0, Math.min(count, this.size - from));
    return Array.from({ length }, (_, i) => trustedUserId(idAt(this.pairs, from + i)));
  }

  /** The set with this friend, or without. */
  changed(friend: UserId, isFriend: boolean): FriendSet {
    return this.changedAll([friend], [isFriend]);
  }

  /** The set with these people, or without; one copy for all: of a million friends it has 9 MB. */
  changedAll(people: readonly UserId[], areFriends: readonly boolean[]): FriendSet {
    const changes = this.#changesOf(people, areFriends);
    if (changes.length === 0) return this;
    const grown = changes.reduce((sum, { isFriend }) => sum + (isFriend ? 1 : -1), 0);
    const pairs = new Uint32Array(2 * (this.size + grown));
    const runs: Run[] = [];
    let from = 0;
    let to = 0;
    const keepUpTo = (end: number) => {
      pairs.set(this.pairs.subarray(2 * from, 2 * end), 2 * to);
      runs.push({ from, to, length: end - from });
      to += end - from;
    };
    for (const { high, low, index, isFriend } of changes) {
      keepUpTo(index);
      from = isFriend ? index : index + 1;
      if (isFriend) pairs.set([low, high], 2 * to++);
    }
    keepUpTo(this.size);
    return new FriendSet(pairs, this.reads.moved(this.size + grown, runs));
  }

  /** The set read anew: what it says of who is a friend, and what is known of reads. */
  renewed(pairs: Uint32Array): FriendSet {
    const set = new FriendSet(pairs);
    set.reads.adopt(this.reads, (index) => this.indexOf(pairs[2 * index + 1], pairs[2 * index]));
    return set;
  }

  /** Whether everyone in the other set is in this one. */
  covers(other: FriendSet): boolean {
    return this === other || this.commonWith(other) === other.size;
  }

  /** How many people both sets hold. */
  commonWith(other: FriendSet): number {
    const a = this.pairs;
    const b = other.pairs;
    let common = 0;
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const order = compareHalves(a[i + 1], a[i], b[j + 1], b[j]);
      if (order === 0) common++;
      if (order <= 0) i += 2;
      if (order >= 0) j += 2;
    }
    return common;
  }

  /** What is not so yet, ascending, each person once. */
  #changesOf(people: readonly UserId[], areFriends: readonly boolean[]): readonly Change[] {
    const newest = new Map(people.map((person, i) => [person, areFriends[i]]));
    return [...newest]
      .map(([person, isFriend]) => {
        const [high, low] = [highHalf(person), lowHalf(person)];
        return { high, low, index: this.#search(high, low), isFriend };
      })
      .filter(({ high, low, isFriend }) => this.has(high, low) !== isFriend)
      .sort((a, b) => compareHalves(a.high, a.low, b.high, b.low));
  }

  /** The index of the first id that is not smaller. */
  #search(high: number, low: number): number {
    const pairs = this.pairs;
    let from = 0;
    let to = pairs.length >>> 1;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const middleHigh = pairs[2 * middle + 1];
      if (middleHigh < high || (middleHigh === high && pairs[2 * middle] < low)) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
