import { ChangeBatch } from "./change-batch.ts";
import { loadTour, type UserFacts } from "./load-tour.ts";
import type { NewUsers } from "./new-users.ts";
import { firstBehind, lastBefore } from "./tour-search.ts";
import { fetchInnerNodes, fetchLeaves } from "./tree/fetch.ts";
import { makeRoom } from "./tree/grow.ts";
import { openGap } from "./tree/move-entries.ts";
import { allBefore, sumOfUsers } from "./tree/summary.ts";
import { NONE, PLACE_SHIFT, SIZE, SLOT_MASK, TreeMemory, USERS } from "./tree/tree-memory.ts";
import type { UserRecords } from "./tree/user-records.ts";
import { WayUp } from "./tree/way-up.ts";

/** An arrival is a pair of words: the leaf where it goes, as far as is known, and the user. */
const PAIR = 2;
/** What so many arrivals need is fetched at once; for fewer in all it is not worth it. */
const AHEAD = PAIR * 32;
const FEW = PAIR * 8;

/** What a user's referrals came to, over all generations; the user is not among them. */
export interface Subtree {
  readonly users: number;
  /** What they came with, together. */
  readonly revenue: number;
}

/**
 * The forest of referrals as an Euler tour (Tarjan and Vishkin 1985; here each user once, at its
 * first visit): who was brought by a user, directly or not, follows it without a gap. As a referral
 * only adds a leaf, a new user goes right behind its referrer and nothing ever moves. The end of a
 * subtree is the next user that is no deeper, which the tree's lowest levels find.
 *
 * So a chain costs what a bush costs: nothing here walks along referrals.
 */
export class ReferralTour {
  readonly memory: TreeMemory;
  readonly #records: UserRecords;
  readonly #arrivals: ChangeBatch;
  /** Of the arrivals that are fetched. */
  readonly #nodes = new Uint32Array(AHEAD / PAIR);
  readonly #wayUp: WayUp;
  #revenue = 0;

  /** `maxNewUsers`: of one batch. */
  constructor(maxUsers: number, records: UserRecords, maxNewUsers: number) {
    this.#records = records;
    this.memory = new TreeMemory(maxUsers, records, "tour");
    this.#arrivals = new ChangeBatch(maxNewUsers);
    this.#wayUp = new WayUp(this.memory);
  }

  /** Of the tree and what batches need; users have their records besides. */
  get bytes(): number {
    return this.memory.bytes + this.#arrivals.bytes;
  }

  /** What all users came with. */
  get revenue(): number {
    return this.#revenue;
  }

  /** Fills an empty tour of users whose subtrees are added up. */
  load(users: UserFacts): void {
    loadTour(this.memory, users);
    for (let user = 1; user <= users.count; user++) this.#revenue += users.ownRevenues[user];
  }

  /**
   * Users come in, in the order of the leaves where they go. Those of one leaf go in as they came:
   * so whoever brought another is there first, and of two whom the same one brought the later
   * stands before the other.
   */
  insertAll(users: NewUsers): void {
    this.#noteArrivals(users);
    const { referrers, first } = users;
    const arrivals = this.#arrivals.sorted();
    const end = PAIR * this.#arrivals.count;
    for (let at = 0; at < end; at += PAIR) {
      if (at % AHEAD === 0 && end > FEW) this.#fetch(arrivals, at, Math.min(at + AHEAD, end));
      const user = arrivals[at + 1];
      const referrer = referrers[user - first];
      this.#place(user, referrer === 0 ? this.#end : this.#findFrom(arrivals[at], referrer) + 1);
    }
    this.#arrivals.clear();
  }

  /** Fetches the leaves of these arrivals, then the nodes above and their records. */
  #fetch(arrivals: Uint32Array, from: number, to: number): void {
    const { memory } = this;
    const nodes = this.#nodes;
    const count = (to - from) / PAIR;
    for (let i = 0; i < count; i++) nodes[i] = arrivals[from + PAIR * i];
    fetchLeaves(memory, nodes, count);
    if (memory.height > 0) {
      for (let i = 0; i < count; i++) nodes[i] = memory.parentOf(0, nodes[i]);
      fetchInnerNodes(memory, nodes, count);
    }
    for (let i = 0; i < count; i++) nodes[i] = arrivals[from + PAIR * i + 1];
    this.#records.fetch(nodes, 0, count);
  }

  /**
   * Until a user is in the tree its leaf is that of its nearest ancestor who is; of who has none,
   * the last one.
   */
  #noteArrivals({ ownRevenues, referrers, first, count }: NewUsers): void {
    const records = this.#records;
    // Who comes without a referrer is one level below nobody.
    records.set(0, 0, this.memory.lastLeaf, NONE);
    for (let i = 0; i < count; i++) {
      if (i % AHEAD === 0) records.fetch(referrers, i, Math.min(i + AHEAD, count));
      const referrer = referrers[i];
      const leaf = records.leafOf(referrer);
      records.set(first + i, ownRevenues[i], leaf, (records.levelOf(referrer) + 1) >>> 0);
      this.#arrivals.add(leaf, first + i);
      this.#revenue += ownRevenues[i];
    }
  }

  subtreeOf(user: number): Subtree {
    const { memory } = this;
    const from = this.#placeOf(user);
    const to = firstBehind(memory, from, this.#records.levelOf(user));
    // Of most users all are in one leaf.
    if (to >= 0 && to >>> PLACE_SHIFT === from >>> PLACE_SHIFT) {
      return { users: to - from - 1, revenue: sumOfUsers(memory, from + 1, to) };
    }
    const before = allBefore(memory, from);
    const behind = to < 0 ? { count: memory.count, sum: this.#revenue } : allBefore(memory, to);
    return {
      users: behind.count - before.count - 1,
      revenue: behind.sum - before.sum - this.#records.ownOf(user),
    };
  }

  /** Who brought a user; 0: nobody. */
  referrerOf(user: number): number {
    const level = this.#records.levelOf(user);
    if (level === 0) return 0;
    return this.memory.leafWords[lastBefore(this.memory, this.#placeOf(user), level - 1) + USERS];
  }

  get #end(): number {
    const { lastLeaf } = this.memory;
    return (lastLeaf << PLACE_SHIFT) + this.memory.leafSize(lastLeaf);
  }

  /** The place of a user that is in the tree. */
  #placeOf(user: number): number {
    const { leafWords } = this.memory;
    let place = this.#records.leafOf(user) << PLACE_SHIFT;
    while (leafWords[place + USERS] !== user) place++;
    return place;
  }

  /**
   * The same where a leaf is known that most likely has the user: its record would be one more look
   * into memory.
   */
  #findFrom(leaf: number, user: number): number {
    const { leafWords } = this.memory;
    const first = leaf << PLACE_SHIFT;
    const end = first + leafWords[first + SIZE];
    for (let place = first; place < end; place++) {
      if (leafWords[place + USERS] === user) return place;
    }
    return this.#placeOf(user);
  }

  /** The user comes to be at this place, at most a leaf's end, and the rest behind it. */
  #place(user: number, wanted: number): void {
    const { memory } = this;
    const records = this.#records;
    let place = wanted;
    if (memory.leafSize(wanted >>> PLACE_SHIFT) === memory.maxEntries) {
      place = makeRoom(memory, wanted >>> PLACE_SHIFT, wanted & SLOT_MASK);
      this.#wayUp.reset();
    }
    const leaf = place >>> PLACE_SHIFT;
    openGap(memory, place);
    memory.leafWords[place + USERS] = user;
    records.moveTo(user, leaf);
    this.#wayUp.add(leaf, records.ownOf(user), records.levelOf(user));
  }
}
