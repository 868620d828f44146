import type { LimitStore } from "../ports.ts";
import { Boots } from "./boots.ts";
import { Coordinator, type Released, type Remembered, type Usage } from "./leases/coordinator.ts";
import type { Ask, LeaseTimes } from "./leases/lease.ts";
import type { LeaseNotices } from "./leases/lease-notices.ts";
import type { HolderOf } from "./leases/leased-node.ts";
import { isSame, type Limit, LimitBook } from "./limits/limit-book.ts";
import type { LimitPath } from "./limits/path.ts";
import type { Grant } from "./local/lease-holder.ts";

export const MAX_LIMITS = 10_000;

export type Changed =
  /** Or all was so before: the revision is the same then. */
  | { readonly kind: "changed"; readonly revision: bigint }
  /** The limits were of another revision than the one that the change was made for. */
  | { readonly kind: "stale"; readonly revision: bigint }
  | { readonly kind: "too-many"; readonly size: number };

export interface CoordinationPlan {
  readonly store: LimitStore;
  readonly times: LeaseTimes;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Hears which holders should ask before their time. */
  readonly notices: LeaseNotices;
}

/**
 * A coordinator and its store: what holders hear is durable first. One for each term of the seat; what it
 * knows is loaded from the store when it begins.
 */
export class Coordination {
  /** One-time bursts of VMs. */
  readonly boots: Boots;
  readonly #plan: CoordinationPlan;
  readonly #coordinator: Coordinator;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(plan: CoordinationPlan, coordinator: Coordinator, boots: Boots) {
    this.boots = boots;
    this.#plan = plan;
    this.#coordinator = coordinator;
  }

  /** @param term of the seat */
  static async begin(plan: CoordinationPlan, term: bigint): Promise<Coordination> {
    const { revision, limits, holders, boots } = await plan.store.load();
    const book = new LimitBook(revision, limits);
    const orphans = holders.filter(({ path }) => !book.limitOf(path));
    if (orphans.length > 0) await plan.store.forget(orphans);
    // Without limits nobody was ever given a lease.
    const remembered = revision === 0n ? undefined : holders;
    const { times } = plan;
    return new Coordination(
      plan,
      new Coordinator({ book, times, nowMs: plan.nowMs(), remembered }),
      new Boots(plan.store, boots, term),
    );
  }

  get book(): LimitBook {
    return this.#coordinator.book;
  }

  /** By the path of a limit. */
  usage(): ReadonlyMap<LimitPath, Usage> {
    return this.#coordinator.usage(this.#plan.nowMs());
  }

  /** One change at a time. `expected` undefined: whatever the revision is. */
  change(
    set: readonly Limit[],
    removed: readonly LimitPath[],
    expected: bigint | undefined,
  ): Promise<Changed> {
    const changed = this.#changing.then(() => this.#change(set, removed, expected));
    this.#changing = changed.catch(() => {});
    return changed;
  }

  /**
   * Leases for some asks, in their order; for the nodes of their paths where leases are handed out, or for
   * just these nodes when the holder has no safe share of its own.
   */
  async lease(
    holder: string,
    asks: readonly Ask[],
    { keepsSafe } = { keepsSafe: true },
  ): Promise<readonly Grant[]> {
    const remember: Remembered[] = [];
    const nowMs = this.#plan.nowMs();
    const grants = asks.map((ask): Grant => {
      const path = keepsSafe ? this.book.leasePoint(ask.path) : this.book.line(ask.path).at(-1);
      if (path === undefined) return { kind: "no-limit" };
      const asked = this.#coordinator.ask(holder, { ...ask, path, keepsSafe }, nowMs);
      if (asked.kind === "learning") return { kind: "learning", retryMs: asked.forMs };
      if (asked.kind === "no-limit") return asked;
      if (asked.remember) remember.push(asked.remember);
      return asked;
    });
    this.#tellRecalls();
    if (remember.length > 0) await this.#plan.store.remember(remember);
    const forgotten = this.#coordinator.takeForgotten();
    if (forgotten.length > 0) await this.#plan.store.forget(forgotten);
    return grants;
  }

  async release(holder: string, released: readonly Released[]): Promise<void> {
    for (const one of released) this.#coordinator.release(holder, one, this.#plan.nowMs());
    this.#tellRecalls();
    await this.#plan.store.forget(released.map(({ path }): HolderOf => ({ path, holder })));
  }

  #tellRecalls(): void {
    const recalls = this.#coordinator.takeRecalls();
    if (recalls.length > 0) this.#plan.notices.tell(recalls);
  }

  async #change(
    set: readonly Limit[],
    removed: readonly LimitPath[],
    expected: bigint | undefined,
  ): Promise<Changed> {
    const { revision } = this.book;
    if (expected !== undefined && expected !== revision) return { kind: "stale", revision };
    const limits = new Map(this.book.all().map((limit) => [limit.path, limit]));
    const gone = removed.filter((path) => limits.delete(path));
    const other = set.filter((limit) => !isSame(limit, limits.get(limit.path)));
    if (gone.length === 0 && other.length === 0) return { kind: "changed", revision };
    for (const limit of other) limits.set(limit.path, limit);
    if (limits.size > MAX_LIMITS) return { kind: "too-many", size: limits.size };
    const next = await this.#plan.store.change({ set: other, removed: gone, from: revision });
    if (next === undefined) return { kind: "stale", revision };
    this.#coordinator.setBook(new LimitBook(next, limits.values()), this.#plan.nowMs());
    this.#tellRecalls();
    return { kind: "changed", revision: next };
  }
}
