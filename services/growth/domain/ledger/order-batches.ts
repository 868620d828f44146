import { ChangeBatch } from "./change-batch.ts";
import type { NewUsers } from "./new-users.ts";
import { NO_GUESS, OrderCursor } from "./order-cursor.ts";
import { childFor } from "./order-search.ts";
import { fetchInnerNodes, fetchLeaves } from "./tree/fetch.ts";
import { EXACT_BELOW } from "./tree/short-key.ts";
import type { TreeMemory } from "./tree/tree-memory.ts";

/** One comes, and who brought it leaves its place for a higher one. */
const CHANGES_PER_USER = 3;
/** A change is a user, doubled, and this when the user leaves its place. */
const LEAVES = 1;
/** A change is a pair of words. */
const PAIR = 2;
/**
 * So many leaves are fetched at once: more than a processor has misses in flight, few for its
 * nearest cache.
 */
const AHEAD = PAIR * 32;
/** For fewer changes it is not worth it. */
const FEW = PAIR * 8;

/** Those who rose to so much or more are told of, perhaps more than once. */
export interface Risen {
  readonly atLeast: number;
  readonly users: number[];
}

/** Of somebody who is not in the order yet, or no more. */
const NOT_THERE = -1;

/** What the order has of a user, and what it is to have. */
interface Rise {
  readonly before: number;
  now: number;
}

/** Brings users into an order, many at a time. */
export class OrderBatches {
  readonly #memory: TreeMemory;
  readonly #changes: ChangeBatch;
  readonly #cursor: OrderCursor;
  /** Of the changes that are fetched. */
  readonly #nodes = new Uint32Array(AHEAD / PAIR);
  /** Which children of the last inner nodes their leaves are. */
  readonly #slots = new Int32Array(AHEAD / PAIR);
  /** By index of who comes: the change by which it does. */
  readonly #comings: Uint32Array;
  /** Who rose last, and the change by which it comes in again; 0: nobody did. */
  #lastRisen = 0;
  #lastRise = 0;
  /** Who has a coarse key now. */
  readonly #rich = new Map<number, Rise>();

  /** `maxNewUsers`: of one batch. */
  constructor(memory: TreeMemory, maxNewUsers: number) {
    this.#memory = memory;
    this.#changes = new ChangeBatch(CHANGES_PER_USER * maxNewUsers);
    this.#cursor = new OrderCursor(memory);
    this.#comings = new Uint32Array(maxNewUsers);
  }

  get bytes(): number {
    return this.#changes.bytes + this.#comings.byteLength;
  }

  /** Users come in; who brought one rises by what that one came with. */
  insertAll(users: NewUsers, risen: Risen): void {
    const { records } = this.#memory;
    for (let i = 0; i < users.count; i++) {
      if (i % AHEAD === 0) records.fetch(users.referrers, i, Math.min(i + AHEAD, users.count));
      this.#noteComing(users.first + i, users.ownRevenues[i], i);
      const referrer = users.referrers[i];
      if (referrer !== 0 && users.ownRevenues[i] > 0) {
        this.#noteRise(referrer, users.ownRevenues[i], referrer - users.first, risen);
      }
    }
    this.#applyChanges();
    this.#moveRich(risen);
    this.#lastRisen = 0;
    this.#cursor.reset();
  }

  /** Of the user with this index among those who come. */
  #noteComing(user: number, own: number, index: number): void {
    this.#memory.records.setRevenue(user, own);
    if (own >= EXACT_BELOW) this.#rich.set(user, { before: NOT_THERE, now: own });
    else this.#comings[index] = this.#changes.add(own, PAIR * user);
  }

  /**
   * Nothing but reads and writes one behind the other, and a look at the referrer: these overlap.
   * Who comes, or rose just before, only comes in higher.
   */
  #noteRise(user: number, own: number, index: number, risen: Risen): void {
    const { records } = this.#memory;
    const changes = this.#changes;
    const before = records.revenueOf(user);
    const now = before + own;
    if (now >= EXACT_BELOW) {
      this.#noteRich(user, before, now, own);
      return;
    }
    records.setRevenue(user, now);
    if (now >= risen.atLeast) risen.users.push(user);
    if (index >= 0) changes.setNumber(this.#comings[index], now);
    else if (user === this.#lastRisen) changes.setNumber(this.#lastRise, now);
    else {
      changes.add(before, PAIR * user + LEAVES);
      this.#lastRise = changes.add(now, PAIR * user);
      this.#lastRisen = user;
    }
  }

  /**
   * Coarse keys are told apart by the revenues, and these must be what the order has then, no
   * sooner and no later. So the rich move when all others have, each by itself and once.
   */
  #noteRich(user: number, before: number, now: number, own: number): void {
    const rise = this.#rich.get(user);
    if (rise !== undefined) rise.now += own;
    else if (before >= EXACT_BELOW) this.#rich.set(user, { before, now });
    else {
      this.#changes.add(before, PAIR * user + LEAVES);
      this.#memory.records.setRevenue(user, now);
      this.#rich.set(user, { before: NOT_THERE, now });
    }
  }

  #moveRich(risen: Risen): void {
    if (this.#rich.size === 0) return;
    for (const [user, { before, now }] of this.#rich) {
      if (before !== NOT_THERE) this.#cursor.remove(before, user, NO_GUESS);
      this.#memory.records.setRevenue(user, now);
      if (now >= risen.atLeast) risen.users.push(user);
      this.#cursor.insert(now, user, NO_GUESS);
    }
    this.#rich.clear();
  }

  #applyChanges(): void {
    const changes = this.#changes.sorted();
    const end = PAIR * this.#changes.count;
    for (let from = 0; from < end; ) {
      const to = Math.min(from + AHEAD, end);
      if (end > FEW) this.#fetch(changes, from, to);
      from = this.#apply(changes, from, to);
    }
    this.#changes.clear();
  }

  /**
   * Fetches the leaves of these changes, and the nodes above, all of them at once. What is fetched
   * is noted first: a processor waits when a few hundred steps lie behind a read that is not there
   * yet, so nothing may lie between.
   */
  #fetch(changes: Uint32Array, from: number, to: number): void {
    const memory = this.#memory;
    const nodes = this.#nodes;
    const count = (to - from) / PAIR;
    for (let i = 0, at = from; i < count; i++, at += PAIR) {
      nodes[i] = this.#cursor.twigFor(changes[at], changes[at + 1] >>> 1);
    }
    if (memory.height > 0) {
      fetchInnerNodes(memory, nodes, count);
      for (let i = 0, at = from; i < count; i++, at += PAIR) {
        const slot = childFor(memory, nodes[i], changes[at], changes[at + 1] >>> 1);
        this.#slots[i] = slot;
        nodes[i] = memory.childAt(nodes[i], slot);
      }
    }
    fetchLeaves(memory, nodes, count);
  }

  /**
   * Does the changes from `from` to `to`, and perhaps the one behind; returns where the next is.
   */
  #apply(changes: Uint32Array, from: number, to: number): number {
    let at = from;
    for (; at < to; at += PAIR) {
      const revenue = changes[at];
      const change = changes[at + 1];
      const guess = this.#slots[(at - from) / PAIR];
      if ((change & LEAVES) !== 0) this.#cursor.remove(revenue, change >>> 1, guess);
      // Who came and left in one batch: nobody sees it there.
      else if (this.#isUndone(changes, at)) at += PAIR;
      else this.#cursor.insert(revenue, change >>> 1, guess);
    }
    return at;
  }

  /** Whether the next change takes this one back. */
  #isUndone(changes: Uint32Array, at: number): boolean {
    const next = at + PAIR;
    if (next >= PAIR * this.#changes.count) return false;
    return changes[next + 1] === changes[at + 1] + LEAVES && changes[next] === changes[at];
  }
}
