import { type Amounts, MAX_BURST, mapAmounts, NOTHING, UNITS } from "../amounts.ts";
import type { LimitBook } from "../limits/limit-book.ts";
import type { LimitPath } from "../limits/path.ts";
import type { Ask } from "./lease.ts";
import type { LeasedNode } from "./leased-node.ts";

const RESOURCES = ["ops", "bytes"] as const;
/** Beyond these the oldest is forgotten: what its holders leave of the burst is there anew. */
export const MAX_POOLS = 200_000;

/** The part of a node's burst that no holder has in hand, in units of tokens. */
interface Pool {
  ops: number;
  bytes: number;
  filledUs: number;
  /** What lies below the node is full too. */
  isWhole: boolean;
}

/** What a holder gets of a node's burst. */
export interface HolderBurst {
  /** What its bucket holds at most. */
  readonly burst: Amounts;
  /** To be put in. */
  readonly tokens: Amounts;
  readonly isFresh: boolean;
  /** What it may hold as long as it has not heard of this. */
  readonly mayHold: Amounts;
}

/** What an earlier coordinator handed out is not known: the bursts of its limits begin empty. */
export interface Inherited {
  readonly book: LimitBook;
  /** From when on it is certain what a node leaves unused. */
  readonly certainMs: (path: LimitPath) => number;
}

/**
 * What is left of the nodes' bursts. A holder's bucket grows only by what it is granted from here, as much
 * as it grows in depth, and by the rate of its lease; what it gives up comes back. A pool fills by the
 * rate that nobody has leased, up to what the holders' buckets leave of the burst: so what is in hand and what
 * is here together are never more than the burst, however many holders come and go.
 *
 * A node above leased ones has a pool too, from which what is granted below it is taken.
 */
export class BurstPools {
  readonly #pools = new Map<LimitPath, Pool>();
  readonly #inherited: Inherited | undefined;

  constructor(inherited: Inherited | undefined) {
    this.#inherited = inherited;
  }

  /** Before leases of the node, or its limits, change. */
  advance(node: LeasedNode, nowMs: number): void {
    for (let one: LeasedNode | undefined = node; one; one = one.parent) this.#fill(one, nowMs);
  }

  /** Takes back what a holder gave up, and out of it all up to `most` for it; `advance` comes before. */
  exchange(node: LeasedNode, returned: Amounts, most: Amounts): Amounts {
    let taken = most;
    for (let one: LeasedNode | undefined = node; one; one = one.parent) {
      const pool = this.#pools.get(one.path);
      if (!pool) return NOTHING;
      for (const r of RESOURCES) pool[r] += returned[r] * UNITS[r];
      taken = mapAmounts((r) => Math.min(taken[r], Math.floor(pool[r] / UNITS[r])));
    }
    for (let one: LeasedNode | undefined = node; one; one = one.parent) {
      const pool = this.#pools.get(one.path);
      if (pool) for (const r of RESOURCES) pool[r] -= taken[r] * UNITS[r];
    }
    return taken;
  }

  /**
   * A holder's equal part of the node's burst, or what the others leave of it now, but at least one of each
   * where there is a burst at all; and as many tokens as its bucket grew by, from what nobody has in hand.
   */
  lease(node: LeasedNode, holder: string, ask: Ask, nowMs: number): HolderBurst {
    const all = burstOf(node);
    const known = node.given.get(holder)?.given;
    // Who keeps no safe share never says how old its lease is.
    const isNew = !known || (ask.keepsSafe !== false && ask.ageMs === undefined);
    const holders = node.given.size + (known ? 0 : 1);
    const others = heldBeside(node, holder);
    const burst = mapAmounts((r) =>
      all[r] === 0 ? 0 : Math.max(1, Math.min(Math.floor(all[r] / holders), all[r] - others[r])),
    );
    this.advance(node, nowMs);
    const before = isNew ? NOTHING : known.lease.burst;
    const mayReturn = isNew ? NOTHING : known.burst;
    const returned = mapAmounts((r) => Math.min(ask.returned?.[r] ?? 0, mayReturn[r]));
    const grown = mapAmounts((r) => Math.max(0, burst[r] - before[r]));
    const tokens = this.exchange(node, returned, grown);
    const isFresh = this.#use(node.path);
    return { burst, tokens, isFresh, mayHold: mapAmounts((r) => Math.max(burst[r], before[r])) };
  }

  /** The node was given back by its last holder with all below it full. */
  restore({ path }: LeasedNode): void {
    const pool = this.#pools.get(path);
    if (pool) pool.isWhole = true;
  }

  /** Those of nodes without limits are gone: a limit that comes later is a new one. */
  setBook(book: LimitBook): void {
    for (const path of this.#pools.keys()) if (!book.limitOf(path)) this.#pools.delete(path);
  }

  /** Was it whole until now? */
  #use(path: LimitPath): boolean {
    const pool = this.#pools.get(path);
    const wasWhole = pool?.isWhole ?? false;
    if (pool) pool.isWhole = false;
    return wasWhole;
  }

  #fill(node: LeasedNode, nowMs: number): void {
    const nowUs = Math.floor(nowMs * 1_000);
    const known = this.#pools.get(node.path);
    const pool = known ?? this.#add(node, nowUs);
    const us = Math.max(0, nowUs - pool.filledUs);
    if (us > 0) pool.filledUs = nowUs;
    const { ceiling } = node.limits ?? { ceiling: NOTHING };
    const most = mostOf(node);
    for (const r of RESOURCES) {
      const free = Math.max(0, ceiling[r] - node.leased[r]);
      // A product beyond 2^53 is not exact, and is beyond what any burst is too.
      const tokens = ceiling[r] === Infinity ? Infinity : pool[r] + us * free;
      pool[r] = Math.min(tokens, most[r] * UNITS[r]);
    }
  }

  #add(node: LeasedNode, nowUs: number): Pool {
    if (this.#pools.size >= MAX_POOLS) this.#forgetOldest();
    const { path } = node;
    const isInherited = this.#inherited?.book.limitOf(path) !== undefined;
    const certainUs = Math.floor((this.#inherited?.certainMs(path) ?? 0) * 1_000);
    const full = mapAmounts((r) => burstOf(node)[r] * UNITS[r]);
    const pool = isInherited
      ? { ops: 0, bytes: 0, filledUs: certainUs, isWhole: false }
      : { ...full, filledUs: nowUs, isWhole: true };
    this.#pools.set(path, pool);
    return pool;
  }

  #forgetOldest(): void {
    for (const path of this.#pools.keys()) {
      this.#pools.delete(path);
      return;
    }
  }
}

/** What the holders' buckets leave of the node's own burst. */
function mostOf(node: LeasedNode): Amounts {
  const burst = burstOf(node);
  const held = heldBeside(node, undefined);
  return mapAmounts((r) => Math.max(0, burst[r] - held[r]));
}

function burstOf({ limits }: LeasedNode): Amounts {
  return mapAmounts((r) => Math.min(limits?.burst[r] ?? 0, MAX_BURST[r]));
}

/** What the buckets of all holders but one may hold. */
function heldBeside({ given }: LeasedNode, holder: string | undefined): Amounts {
  const held = { ops: 0, bytes: 0 };
  for (const [name, entry] of given) {
    if (name === holder) continue;
    held.ops += entry.given.burst.ops;
    held.bytes += entry.given.burst.bytes;
  }
  return held;
}
