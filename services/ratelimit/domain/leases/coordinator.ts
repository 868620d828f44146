import { type Amounts, mapAmounts, NOTHING } from "../amounts.ts";
import type { LimitBook } from "../limits/limit-book.ts";
import type { LimitPath } from "../limits/path.ts";
import type { Ask, Lease, LeaseTimes } from "./lease.ts";
import { type HolderOf, LeasedNode } from "./leased-node.ts";
import { capacityOf, shareOut } from "./share-out.ts";

export interface CoordinatorPlan {
  readonly book: LimitBook;
  readonly times: LeaseTimes;
  /** Monotonic. */
  readonly nowMs: number;
  /** Holders that an earlier coordinator gave leases to; undefined: there was none. */
  readonly remembered: readonly Remembered[] | undefined;
}

/** A holder whose safe share must be kept for it, whatever becomes of the coordinator. */
export interface Remembered extends HolderOf {
  readonly safe: Amounts;
}

/** Of the nodes that one limit limits. */
export interface Usage {
  readonly leased: Amounts;
  readonly wanted: Amounts;
  /** Of leases of these nodes themselves. */
  readonly holders: number;
}

export const UNUSED: Usage = { leased: NOTHING, wanted: NOTHING, holders: 0 };

export type Asked =
  /** `remember`: what must be durable before the holder hears of its lease. */
  | { readonly kind: "leased"; readonly lease: Lease; readonly remember: Remembered | undefined }
  /** Nothing limits the path. */
  | { readonly kind: "no-limit" }
  /** Others may have leases that are not known yet: ask again. */
  | { readonly kind: "learning"; readonly forMs: number };

/** Dividing costs as much as there are nodes, so it is done at most so often: ms, and ms a node. */
const MIN_SHARE_OUT_MS = 20;
const SHARE_OUT_MS_A_NODE = 0.01;
/**
 * Who is given less than it had asks again so soon, as until then the difference is no one else's; and who
 * is given less than its part, as others are about to give it up.
 */
const SOON_MS = 100;
const OWED_PART = 0.95;
const UNKNOWN = { wants: NOTHING, had: NOTHING };
/** In smaller trees a new holder is at once divided for. */
const SMALL_TREE_NODES = 500;

/**
 * Hands out leases of the nodes of all trees. Pure: the time comes with each call, and never steps back.
 *
 * A grant is what `divide` gives the holder, or what is left at this moment if that is less: others give
 * up what they have beyond their part when they ask next, within one refresh, and show it by asking once
 * more. So what is leased below a
 * node never exceeds its ceiling, except for one lease after the ceiling itself was lowered.
 *
 * After a restart it knows the holders and their safe shares, and learns what they have: in a tree of which
 * it has not heard all holders yet they get what they have and nothing more, and who has nothing waits; for
 * one lease's length, when all that they could have has ended.
 */
export class Coordinator {
  #book: LimitBook;
  readonly #times: LeaseTimes;
  readonly #knowsAllMs: number;
  /** By root: remembered holders of which nothing is known yet. */
  readonly #unheard = new Map<LimitPath, Set<string>>();
  readonly #nodes = new Map<LimitPath, LeasedNode>();
  #forgotten: HolderOf[] = [];
  #sharedOutMs = -Infinity;

  constructor({ book, times, nowMs, remembered }: CoordinatorPlan) {
    this.#book = book;
    this.#times = times;
    this.#knowsAllMs = remembered ? nowMs + times.lengthMs : -Infinity;
    for (const { path, holder, safe } of remembered ?? []) {
      if (!book.limitOf(path)) continue;
      this.#unheard.getOrInsertComputed(rootOf(path), () => new Set()).add(`${path} ${holder}`);
      const lease = { ...times, path, granted: NOTHING, burst: NOTHING, safe };
      this.#nodeOf(path).give(holder, { lease, ...UNKNOWN, untilMs: nowMs, lateMs: nowMs }, nowMs);
    }
  }

  get book(): LimitBook {
    return this.#book;
  }

  /** New limits: in force when the holders ask next. */
  setBook(book: LimitBook, nowMs: number): void {
    this.#book = book;
    this.#sharedOutMs = -Infinity;
    const before = [...this.#nodes.values()];
    this.#nodes.clear();
    for (const { path, given } of before) {
      if (given.size === 0 || !book.limitOf(path)) continue;
      for (const [holder, one] of given) this.#nodeOf(path).give(holder, one, nowMs);
    }
  }

  isLearning(path: LimitPath, nowMs: number): boolean {
    return nowMs < this.#knowsAllMs && (this.#unheard.get(rootOf(path))?.size ?? 0) > 0;
  }

  ask(holder: string, ask: Ask, nowMs: number): Asked {
    const limit = this.#book.limitOf(ask.path);
    if (!limit) return { kind: "no-limit" };
    const isKnown = this.#nodes.get(ask.path)?.given.has(holder) ?? false;
    this.#unheard.get(rootOf(ask.path))?.delete(`${ask.path} ${holder}`);
    const learns = this.isLearning(ask.path, nowMs);
    if (learns && ask.has.ops === 0 && ask.has.bytes === 0) {
      return { kind: "learning", forMs: this.#knowsAllMs - nowMs };
    }
    const node = this.#nodeOf(ask.path);
    const holders = node.given.size + (isKnown ? 0 : 1);
    const lease = {
      path: ask.path,
      burst: mapAmounts((r) => Math.max(1, Math.floor(limit.limits.burst[r] / holders))),
      safe:
        ask.keepsSafe === false
          ? NOTHING
          : mapAmounts((r) => Math.floor(limit.limits.safe[r] / holders)),
      ...this.#times,
    };
    const known = node.given.get(holder);
    const untilMs = nowMs + this.#times.lengthMs;
    const lateMs = untilMs - (ask.ageMs ?? 0);
    const given = { wants: ask.wants, had: ask.has, untilMs, lateMs };
    node.give(holder, { ...given, lease: { ...lease, granted: NOTHING } }, nowMs);
    this.#shareOut(nowMs, !isKnown && this.#nodes.size < SMALL_TREE_NODES);
    const part = learns ? ask.has : (node.parts.get(holder) ?? lease.safe);
    const granted = this.#leftOf(node, part, ask.has);
    const isCut = isLess(granted, ask.has, 1);
    const isSoon = isCut || isLess(granted, part, OWED_PART);
    const refreshMs = isSoon ? Math.min(SOON_MS, lease.refreshMs) : lease.refreshMs;
    const leased = { ...lease, granted, refreshMs };
    node.give(holder, { ...given, lease: leased }, nowMs);
    const isRemembered = known !== undefined && isSame(known.lease.safe, lease.safe);
    const remember = isRemembered ? undefined : { path: ask.path, holder, safe: lease.safe };
    return { kind: "leased", lease: leased, remember };
  }

  /** The holder leaves in order: what it had can be given to others at once. */
  release(holder: string, path: LimitPath, nowMs: number): void {
    const node = this.#nodes.get(path);
    if (!node?.given.has(holder)) return;
    node.give(holder, undefined, nowMs);
    node.parts.delete(holder);
    this.#sharedOutMs = -Infinity;
  }

  /** Who was silent for too long since this was last asked: it need not be remembered any more. */
  takeForgotten(): readonly HolderOf[] {
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten;
  }

  /** By the path of a limit: what is leased and wanted of the nodes that it limits, and all below. */
  usage(nowMs: number): ReadonlyMap<LimitPath, Usage> {
    this.#shareOut(nowMs, false);
    const usage = new Map<LimitPath, Usage>();
    for (const [path, { leased, wanted, given }] of this.#nodes) {
      const limit = this.#book.limitOf(path);
      if (!limit) continue;
      const sum = usage.get(limit.path) ?? UNUSED;
      usage.set(limit.path, {
        leased: mapAmounts((r) => sum.leased[r] + leased[r]),
        wanted: mapAmounts((r) => sum.wanted[r] + wanted[r]),
        holders: sum.holders + given.size,
      });
    }
    return usage;
  }

  /** `part`, or what the node and all above it have left besides `own`, which is counted already. */
  #leftOf(node: LeasedNode, part: Amounts, own: Amounts): Amounts {
    let granted = part;
    for (let one: LeasedNode | undefined = node; one; one = one.parent) {
      const capacity = capacityOf(one, this.#book);
      const { leased } = one;
      granted = mapAmounts((r) => {
        if (capacity[r] === Infinity) return granted[r];
        return Math.max(0, Math.min(granted[r], capacity[r] - (leased[r] - own[r])));
      });
    }
    return granted;
  }

  #shareOut(nowMs: number, isUrgent: boolean): void {
    const everyMs = Math.max(MIN_SHARE_OUT_MS, this.#nodes.size * SHARE_OUT_MS_A_NODE);
    if (!isUrgent && nowMs - this.#sharedOutMs < everyMs) return;
    this.#sharedOutMs = nowMs;
    for (const [path, node] of this.#nodes) {
      if (node.parent) continue;
      node.reckon(nowMs, this.#times.forgetMs, this.#forgotten);
      if (node.isEmpty) this.#nodes.delete(path);
      else shareOut(node, capacityOf(node, this.#book), this.#book, nowMs);
    }
    for (const [path, node] of this.#nodes) {
      if (node.parent && node.isEmpty) this.#nodes.delete(path);
    }
  }

  /** The node, and those above it that have limits. */
  #nodeOf(path: LimitPath): LeasedNode {
    const known = this.#nodes.get(path);
    if (known) return known;
    const line = this.#book.line(path);
    const above = line.at(-2);
    const parent = above === undefined ? undefined : this.#nodeOf(above);
    const node = new LeasedNode(path, parent);
    parent?.children.set(path, node);
    this.#nodes.set(path, node);
    return node;
  }
}

function rootOf(path: LimitPath): LimitPath {
  return path.split("/", 1)[0];
}

/** In one resource at least, less than `part` of the other. */
function isLess(a: Amounts, b: Amounts, part: number): boolean {
  return a.ops < b.ops * part || a.bytes < b.bytes * part;
}

function isSame(a: Amounts, b: Amounts): boolean {
  return a.ops === b.ops && a.bytes === b.bytes;
}
