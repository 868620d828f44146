import { type Amounts, mapAmounts, NOTHING } from "../amounts.ts";
import type { LimitBook } from "../limits/limit-book.ts";
import { type LimitPath, rootOf } from "../limits/path.ts";
import { BurstPools } from "./burst-pools.ts";
import type { Ask, Lease, LeaseTimes } from "./lease.ts";
import { LeaseTree } from "./lease-tree.ts";
import type { HolderOf, LeasedNode } from "./leased-node.ts";
import { Recalls } from "./recalls.ts";
import { believed, isLess, leftOf } from "./what-is-left.ts";

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

/** A lease that is given back. */
export interface Released {
  readonly path: LimitPath;
  /** Of its burst in hand. */
  readonly left: Amounts;
  /** All below it is full too. */
  readonly isWhole: boolean;
}

export const UNUSED: Usage = { leased: NOTHING, wanted: NOTHING, holders: 0 };

export type Asked =
  /** `remember`: what must be durable before the holder hears of its lease. */
  | { readonly kind: "leased"; readonly lease: Lease; readonly remember: Remembered | undefined }
  /** Nothing limits the path. */
  | { readonly kind: "no-limit" }
  /** Others may have leases that are not known yet: ask again. */
  | { readonly kind: "learning"; readonly forMs: number };

/** Who is given less than it had asks again at once: until then the difference is no one else's. */
const CONFIRM_MS = 1;
/** Who is given less than its part asks again soon: others are about to give it up. */
const SOON_MS = 100;
const OWED_PART = 0.95;
const UNKNOWN = { wants: NOTHING, had: NOTHING, burst: NOTHING };

/**
 * Hands out leases of the nodes of all trees. Pure: the time comes with each call, and never steps back.
 *
 * A grant is what `divide` gives the holder, or what is left at this moment if that is less: others give
 * up what they have beyond their part when they ask next, and show it by asking once more; they are recalled,
 * so as to ask at once. So what is leased below a node never exceeds its ceiling, except for one lease
 * after the ceiling itself was lowered.
 *
 * After a restart it knows the holders and their safe shares, and learns what they have: in a tree of which
 * it has not heard all holders yet they get what they have and nothing more, and who has nothing waits; for
 * one lease's length, when all that they could have has ended. What they have of bursts it never learns:
 * the bursts of the limits that there were begin empty.
 */
export class Coordinator {
  readonly #tree: LeaseTree;
  readonly #bursts: BurstPools;
  readonly #times: LeaseTimes;
  readonly #knowsAllMs: number;
  /** By root: remembered holders of which nothing is known yet. */
  readonly #unheard = new Map<LimitPath, Set<string>>();
  readonly #recalls = new Recalls();

  constructor({ book, times, nowMs, remembered }: CoordinatorPlan) {
    this.#bursts = new BurstPools(remembered && { book, certainMs: (path) => certainMs(path) });
    this.#tree = new LeaseTree(book, times.forgetMs, this.#bursts);
    this.#times = times;
    this.#knowsAllMs = remembered ? nowMs + times.lengthMs : -Infinity;
    const roots = new Set((remembered ?? []).map(({ path }) => rootOf(path)));
    const certainMs = (path: LimitPath) => (roots.has(rootOf(path)) ? this.#knowsAllMs : nowMs);
    for (const { path, holder, safe } of remembered ?? []) {
      if (!book.limitOf(path)) continue;
      this.#unheard.getOrInsertComputed(rootOf(path), () => new Set()).add(`${path} ${holder}`);
      const lease = {
        ...times,
        path,
        granted: NOTHING,
        burst: NOTHING,
        tokens: NOTHING,
        isFresh: false,
        safe,
      };
      const given = { lease, ...UNKNOWN, safe, untilMs: nowMs, lateMs: nowMs };
      this.#tree.give(this.#tree.nodeOf(path), holder, given, nowMs);
    }
  }

  get book(): LimitBook {
    return this.#tree.book;
  }

  /** New limits: all holders are recalled; in force when each asks next. */
  setBook(book: LimitBook, nowMs: number): void {
    this.#recalls.recallAll(this.#tree.nodes());
    this.#tree.setBook(book, nowMs);
  }

  isLearning(path: LimitPath, nowMs: number): boolean {
    return nowMs < this.#knowsAllMs && (this.#unheard.get(rootOf(path))?.size ?? 0) > 0;
  }

  ask(holder: string, asked: Ask, nowMs: number): Asked {
    const { path } = asked;
    const limit = this.book.limitOf(path);
    if (!limit) return { kind: "no-limit" };
    this.#tree.advance(nowMs);
    const isFirstHeard = this.#unheard.get(rootOf(path))?.delete(`${path} ${holder}`) ?? false;
    const learns = this.isLearning(path, nowMs);
    const known = this.#tree.find(path)?.given.get(holder);
    if (learns && (!known || isNothing(asked.has))) {
      return { kind: "learning", forMs: this.#knowsAllMs - nowMs };
    }
    const node = this.#tree.nodeOf(path);
    const mayLearn = isFirstHeard && nowMs < this.#knowsAllMs;
    const has = believed(asked.has, node, mayLearn ? undefined : (known?.reserved ?? "no holder"));
    const ask = { ...asked, has };
    const safe = ask.keepsSafe === false ? NOTHING : safeShareOf(node, holder, limit.limits.safe);
    const kept = known?.given.safe ?? NOTHING;
    // It goes on with the one it has if it never hears of this.
    const hadSafe = mapAmounts((r) => Math.max(safe[r], Math.min(ask.safe?.[r] ?? 0, kept[r])));
    const { burst, tokens, isFresh, mayHold } = this.#bursts.lease(node, holder, ask, nowMs);
    const lease = { path, burst, tokens, isFresh, safe, ...this.#times };
    const untilMs = nowMs + this.#times.lengthMs;
    const lateMs = untilMs - (ask.ageMs ?? 0);
    const until = { untilMs, lateMs };
    const given = { wants: ask.wants, had: ask.has, safe: hadSafe, burst: mayHold, ...until };
    node.give(holder, { ...given, lease: { ...lease, granted: NOTHING } }, nowMs);
    const part = learns ? ask.has : node.parts().ofHolder(holder);
    const { granted, short } = leftOf(node, part, ask.has);
    const refreshMs = Math.min(lease.refreshMs, againMs(granted, ask.has, part));
    this.#tree.give(node, holder, { ...given, lease: { ...lease, granted, refreshMs } }, nowMs);
    if (short && isLess(granted, part, OWED_PART)) {
      this.#recalls.owe({ path, holder }, short, this.#tree.size, nowMs);
    } else this.#recalls.settle({ path, holder });
    const reserved = node.given.get(holder)?.reserved ?? NOTHING;
    this.#recalls.tell(path, known !== undefined && isLess(reserved, known.reserved, 1), nowMs);
    const isRemembered = known !== undefined && isSame(kept, hadSafe);
    const remember = isRemembered ? undefined : { path, holder, safe: hadSafe };
    return { kind: "leased", lease: { ...lease, granted, refreshMs }, remember };
  }

  /** The holder leaves in order: what it had, and what is left of its burst, can be given to others at once. */
  release(holder: string, { path, left, isWhole }: Released, nowMs: number): void {
    const node = this.#tree.find(path);
    const known = node?.given.get(holder);
    if (!node || !known) return;
    const { burst } = known.given.lease;
    this.#tree.takeBack(node, holder, nowMs);
    this.#bursts.exchange(
      node,
      mapAmounts((r) => Math.min(left[r], burst[r])),
      NOTHING,
    );
    if (isWhole && node.given.size === 0) this.#bursts.restore(node);
    this.#recalls.settle({ path, holder });
    this.#recalls.tell(path, true, nowMs);
  }

  /** Who was silent for too long since this was last asked: it need not be remembered any more. */
  takeForgotten(): readonly HolderOf[] {
    return this.#tree.takeForgotten();
  }

  /** Holders that should ask now, and not only at their next refresh. */
  takeRecalls(): readonly HolderOf[] {
    return this.#recalls.take();
  }

  /** By the path of a limit: what is leased and wanted of the nodes that it limits, and all below. */
  usage(nowMs: number): ReadonlyMap<LimitPath, Usage> {
    this.#tree.advance(nowMs);
    const usage = new Map<LimitPath, Usage>();
    for (const { path, leased, wanted, given } of this.#tree.nodes()) {
      const limit = this.book.limitOf(path);
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
}

/**
 * An equal part, or what the others leave: who has more gives it up when it has heard of its new part. Where
 * they have more than there is, a limit was lowered, and no part would hold it.
 */
function safeShareOf({ given }: LeasedNode, holder: string, all: Amounts): Amounts {
  const holders = given.size + (given.has(holder) ? 0 : 1);
  return mapAmounts((r) => {
    if (all[r] === Infinity) return Infinity;
    let left = all[r];
    for (const [name, other] of given) if (name !== holder) left -= other.given.safe[r];
    const equal = Math.floor(all[r] / holders);
    return left < 0 ? equal : Math.min(equal, left);
  });
}

/** When the holder should ask again, whatever its refresh is. */
function againMs(granted: Amounts, had: Amounts, part: Amounts): number {
  if (isLess(granted, had, 1)) return CONFIRM_MS;
  return isLess(granted, part, OWED_PART) ? SOON_MS : Infinity;
}

function isNothing({ ops, bytes }: Amounts): boolean {
  return ops === 0 && bytes === 0;
}

function isSame(a: Amounts, b: Amounts): boolean {
  return a.ops === b.ops && a.bytes === b.bytes;
}
