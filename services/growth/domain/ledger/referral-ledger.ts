import { GatheredUsers } from "./gathered-users.ts";
import { addUpSubtrees } from "./load-tour.ts";
import { ReferralTour } from "./referral-tour.ts";
import { RevenueOrder } from "./revenue-order.ts";
import type { SortUsers } from "./sort-by-revenue.ts";
import { type TopReferrer, TopReferrers } from "./top-referrers.ts";

/** All revenues together: every sum is then an integer that a double holds exactly. */
export const MAX_TOTAL_REVENUE = Number.MAX_SAFE_INTEGER;
export const MAX_TOP_REFERRERS = 1_000;
/** The referrer of a user whom nobody brought. */
export const NOBODY = 0;

/** By user: its leaf in the order, its leaf in the tour, its level. */
const USER_WORDS = 3;

/** Why a user cannot be inserted. */
export type Refusal =
  | "revenue-negative"
  | "revenue-not-integer"
  | "revenue-overflows"
  | "referrer-unknown"
  | "full";

/** What is known of one user. */
export interface UserFigures {
  readonly user: number;
  /** What the user came with, and what those came with whom it brought directly. */
  readonly revenue: number;
  readonly ownRevenue: number;
  /** `NOBODY` when it came by itself. */
  readonly referrer: number;
  /** Referrals from a user whom nobody brought down to this one. */
  readonly depth: number;
  /** All whom it brought, directly or not. */
  readonly broughtUsers: number;
  readonly broughtRevenue: number;
}

/**
 * Users with their revenues, and who brought whom. User ids are 1, 2, 3 ... in the order of arrival.
 * A new user has the revenue it comes with; its referrer's grows by as much, and nobody else's.
 */
export class ReferralLedger {
  readonly order: RevenueOrder;
  readonly #tour: ReferralTour;
  readonly #top = new TopReferrers(MAX_TOP_REFERRERS);
  readonly #maxUsers: number;
  #count = 0;
  #gathered: GatheredUsers | undefined;

  constructor(maxUsers: number) {
    this.#maxUsers = maxUsers;
    // What is asked for together lies together: one user, one line of the cache.
    const words = new Uint32Array((maxUsers + 1) * USER_WORDS);
    const column = (index: number) => ({ words, stride: USER_WORDS, column: index });
    this.order = new RevenueOrder(maxUsers, column(0));
    this.#tour = new ReferralTour(maxUsers, column(1), column(2));
  }

  get count(): number {
    return this.#gathered?.count ?? this.#count;
  }

  get maxUsers(): number {
    return this.#maxUsers;
  }

  /** What all users came with. */
  get totalRevenue(): number {
    return this.#tour.revenue;
  }

  /** Of all columns, as far as they were ever written. */
  get bytes(): number {
    return this.order.bytes + this.#tour.bytes + (this.#count + 1) * USER_WORDS * 4;
  }

  /** Undefined when `insert` would take it. */
  refusalOf(revenue: number, referrer: number): Refusal | undefined {
    if (!Number.isInteger(revenue)) return "revenue-not-integer";
    if (revenue < 0) return "revenue-negative";
    if (revenue > MAX_TOTAL_REVENUE - this.#tour.revenue) return "revenue-overflows";
    if (referrer !== NOBODY && !this.has(referrer)) return "referrer-unknown";
    return this.count === this.#maxUsers ? "full" : undefined;
  }

  /** Adds a user; returns its id. @throws what `refusalOf` names */
  insert(revenue: number, referrer: number): number {
    const refusal = this.refusalOf(revenue, referrer);
    if (refusal !== undefined) throw new RangeError(refusal);
    if (this.#gathered !== undefined) return this.#gathered.add(revenue, referrer);
    const user = ++this.#count;
    this.order.insert(revenue, user);
    if (referrer === NOBODY) this.#tour.insertRoot(user, revenue);
    else {
      const own = this.#tour.insertBehind(referrer, user, revenue);
      this.#top.offer(referrer, this.order.add(referrer, revenue) - own);
    }
    return user;
  }

  has(user: number): boolean {
    return Number.isInteger(user) && user >= 1 && user <= this.count;
  }

  /** A user that is there. */
  figuresOf(user: number): UserFigures {
    const { users, revenue } = this.#tour.subtreeOf(user);
    return {
      user,
      revenue: this.order.revenueOf(user),
      ownRevenue: this.#tour.revenueOf(user),
      referrer: this.#tour.referrerOf(user),
      depth: this.#tour.levelOf(user),
      broughtUsers: users,
      broughtRevenue: revenue,
    };
  }

  /** What a user that is there came with. */
  ownRevenueOf(user: number): number {
    return this.#tour.revenueOf(user);
  }

  /** Who brought a user that is there; `NOBODY`. */
  referrerOf(user: number): number {
    return this.#tour.referrerOf(user);
  }

  /** By what those came with whom they brought directly; at most `MAX_TOP_REFERRERS`. */
  topReferrers(k: number): readonly TopReferrer[] {
    return this.#top.first(k);
  }

  /**
   * From here to `build` users are only gathered, and nothing can be asked: at a start they come by the
   * million, and building trees of them all at once costs a fraction of inserting one after the other.
   */
  gather(): GatheredUsers {
    if (this.#count !== 0) throw new Error("only an empty ledger gathers");
    this.#gathered = new GatheredUsers(this.#maxUsers);
    return this.#gathered;
  }

  /** Builds the trees of what was gathered; `sort` may run beside. */
  async build(sort: SortUsers): Promise<void> {
    if (this.#gathered === undefined) throw new Error("nothing was gathered");
    const users = this.#gathered;
    const { ownRevenues, count } = users;
    const { revenues, records } = addUpSubtrees(users);
    for (let user = 1; user <= count; user++) {
      const brought = revenues[user] - ownRevenues[user];
      if (brought > 0) this.#top.offer(user, brought);
    }
    const sorting = sort(revenues, count);
    this.#tour.load(users, { records });
    this.order.load(await sorting);
    this.#count = count;
    this.#gathered = undefined;
  }
}
