const RECORD_BYTES = 24;
/** A record is so many doubles; here are the first two. */
export const DOUBLES = 3;
export const REVENUE = 0;
export const OWN = 1;
/** Or so many words; here are the last two. */
export const WORDS = 6;
export const LEAF = 4;
export const LEVEL = 5;

/**
 * What is kept of a user beside the trees, in 24 bytes, so that a look at a user is one line of the
 * cache and one page: its revenue in the order; what it came with, its leaf in the tour, its level
 * (how many referrals lead to it). User 0 is nobody.
 */
export class UserRecords {
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
  /** Means nothing. */
  fetched = 0;

  constructor(maxUsers: number) {
    const memory = new ArrayBuffer((maxUsers + 1) * RECORD_BYTES);
    this.doubles = new Float64Array(memory);
    this.words = new Uint32Array(memory);
  }

  /** Of so many users. */
  static bytes(users: number): number {
    return (users + 1) * RECORD_BYTES;
  }

  revenueOf(user: number): number {
    return this.doubles[user * DOUBLES + REVENUE];
  }

  setRevenue(user: number, revenue: number): void {
    this.doubles[user * DOUBLES + REVENUE] = revenue;
  }

  /** What the tour knows. */
  set(user: number, own: number, leaf: number, level: number): void {
    this.doubles[user * DOUBLES + OWN] = own;
    this.words[user * WORDS + LEAF] = leaf;
    this.words[user * WORDS + LEVEL] = level;
  }

  ownOf(user: number): number {
    return this.doubles[user * DOUBLES + OWN];
  }

  leafOf(user: number): number {
    return this.words[user * WORDS + LEAF];
  }

  levelOf(user: number): number {
    return this.words[user * WORDS + LEVEL];
  }

  moveTo(user: number, leaf: number): void {
    this.words[user * WORDS + LEAF] = leaf;
  }

  /** Brings the records of users[from..to) into the cache: see `fetch.ts`. */
  fetch(users: Uint32Array, from: number, to: number): void {
    const { words } = this;
    let read = 0;
    for (let i = from; i < to; i++) {
      const at = users[i] * WORDS;
      // A record may lie in two lines.
      read ^= words[at] ^ words[at + LEVEL];
    }
    this.fetched = read;
  }
}
