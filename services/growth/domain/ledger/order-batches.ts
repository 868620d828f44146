import { ChangeBatch } from "./change-batch.ts";
import type { NewUsers } from "./new-users.ts";
import { OrderCursor } from "./order-cursor.ts";
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

/** Brings users into an order, many at a time. */
export class OrderBatches {
  readonly #memory: TreeMemory;
  readonly #changes: ChangeBatch;
  readonly #cursor: OrderCursor;
  /** Of the changes that are fetched. */
  readonly #nodes = new Uint32Array(AHEAD / PAIR);

  /** `maxNewUsers`: of one batch. */
  constructor(memory: TreeMemory, maxNewUsers: number) {
    this.#memory = memory;
    this.#changes = new ChangeBatch(CHANGES_PER_USER * maxNewUsers);
    this.#cursor = new OrderCursor(memory);
  }

  get bytes(): number {
    return this.#changes.bytes;
  }

  /** Users come in; who brought one rises by what that one came with. */
  insertAll(users: NewUsers, risen: Risen): void {
    for (let i = 0; i < users.count; i++) {
      i = this.#noteChanges(users, i, risen);
      this.#applyChanges();
      if (i < users.count) this.#insertAlone(users, i, risen);
    }
    this.#cursor.reset();
  }

  /**
   * Notes what changes by the users from index `from` on, up to one that makes a revenue with a
   * coarse key; returns its index. Nothing but reads and writes one behind the other, and a look at
   * each referrer: these overlap.
   */
  #noteChanges(
    { ownRevenues, referrers, first, count }: NewUsers,
    from: number,
    risen: Risen,
  ): number {
    const { records } = this.#memory;
    const changes = this.#changes;
    for (let i = from; i < count; i++) {
      const own = ownRevenues[i];
      const referrer = referrers[i];
      const before = referrer === 0 ? 0 : records.revenueOf(referrer);
      if (before + own >= EXACT_BELOW) return i;
      records.setRevenue(first + i, own);
      changes.add(own, PAIR * (first + i));
      if (referrer === 0 || own === 0) continue;
      records.setRevenue(referrer, before + own);
      if (before + own >= risen.atLeast) risen.users.push(referrer);
      changes.add(before, PAIR * referrer + LEAVES);
      changes.add(before + own, PAIR * referrer);
    }
    return count;
  }

  /**
   * By itself: coarse keys are told apart by the revenues, and these must be what the order has
   * then, no sooner and no later. So whoever counts in units that make all revenues large inserts
   * no faster than one by one.
   */
  #insertAlone({ ownRevenues, referrers, first }: NewUsers, i: number, risen: Risen): void {
    const { records } = this.#memory;
    const own = ownRevenues[i];
    const referrer = referrers[i];
    records.setRevenue(first + i, own);
    this.#cursor.insert(own, first + i);
    if (referrer === 0 || own === 0) return;
    const before = records.revenueOf(referrer);
    this.#cursor.remove(before, referrer);
    records.setRevenue(referrer, before + own);
    if (before + own >= risen.atLeast) risen.users.push(referrer);
    this.#cursor.insert(before + own, referrer);
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
      if ((change & LEAVES) !== 0) this.#cursor.remove(revenue, change >>> 1);
      // Who came and left in one batch: nobody sees it there.
      else if (this.#isUndone(changes, at)) at += PAIR;
      else this.#cursor.insert(revenue, change >>> 1);
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
