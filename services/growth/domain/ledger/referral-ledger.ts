import { GatheredUsers } from "./gathered-users.ts";
import { addUpSubtrees } from "./load-tour.ts";
import { NewUsers } from "./new-users.ts";
import type { Risen } from "./order-batches.ts";
import { ReferralTour } from "./referral-tour.ts";
import { RevenueOrder } from "./revenue-order.ts";
import type { SortUsers } from "./sort-by-revenue.ts";
import { type TopReferrer, TopReferrers } from "./top-referrers.ts";
import { UserRecords } from "./tree/user-records.ts";

/** All revenues together: every sum is then an integer that a double holds exactly. */
export const MAX_TOTAL_REVENUE = Number.MAX_SAFE_INTEGER;
export const MAX_TOP_REFERRERS = 1_000;
/** The referrer of a user whom nobody brought. */
export const NOBODY = 0;

/** Users who wait to go into the trees together. A question that finds so many waits for 15 ms. */
const MAX_WAITING_USERS = 16_384;
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
 * Users with their revenues, and who brought whom. User ids are 1, 2, 3 ... in the order of
 * arrival. A new user has the revenue it comes with; its referrer's grows by as much, and nobody
 * else's.
 */
export class ReferralLedger {
  readonly #records: UserRecords;
  readonly #order: RevenueOrder;
  readonly #tour: ReferralTour;
  readonly #top = new TopReferrers(MAX_TOP_REFERRERS);
  readonly #maxUsers: number;
  readonly #waiting: NewUsers;
  #count = 0;
  #totalRevenue = 0;
  #gathered: GatheredUsers | undefined;

  constructor(maxUsers: number, maxWaiting = MAX_WAITING_USERS) {
    this.#maxUsers = maxUsers;
    this.#waiting = new NewUsers(maxWaiting);
    this.#records = new UserRecords(maxUsers);
    this.#order = new RevenueOrder(maxUsers, this.#records, maxWaiting);
    this.#tour = new ReferralTour(maxUsers, this.#records, maxWaiting);
  }

  /**
   * All users by their revenues. It is asked at once: users who come later wait for who asks next.
   */
  get order(): RevenueOrder {
    this.#settle();
    return this.#order;
  }

  get count(): number {
    return this.#gathered?.count ?? this.#count;
  }

  get maxUsers(): number {
    return this.#maxUsers;
  }

  /** What all users came with. */
  get totalRevenue(): number {
    return this.#totalRevenue;
  }

  /** Of all columns, as far as they were ever written. */
  get bytes(): number {
    const users = UserRecords.bytes(this.#count);
    return this.#order.bytes + this.#tour.bytes + this.#waiting.bytes + users;
  }

  /** Undefined when `insert` would take it. */
  refusalOf(revenue: number, referrer: number): Refusal | undefined {
    if (!Number.isInteger(revenue)) return "revenue-not-integer";
    if (revenue < 0) return "revenue-negative";
    if (revenue > MAX_TOTAL_REVENUE - this.#totalRevenue) return "revenue-overflows";
    if (referrer !== NOBODY && !this.has(referrer)) return "referrer-unknown";
    return this.count === this.#maxUsers ? "full" : undefined;
  }

  /** Adds a user; returns its id. @throws what `refusalOf` names */
  insert(revenue: number, referrer: number): number {
    const refusal = this.refusalOf(revenue, referrer);
    if (refusal !== undefined) throw new RangeError(refusal);
    this.#totalRevenue += revenue;
    if (this.#gathered !== undefined) return this.#gathered.add(revenue, referrer);
    if (this.#waiting.isFull) this.#settle();
    this.#waiting.add(revenue, referrer);
    return ++this.#count;
  }

  has(user: number): boolean {
    return Number.isInteger(user) && user >= 1 && user <= this.count;
  }

  /** A user that is there. */
  figuresOf(user: number): UserFigures {
    this.#settle();
    const { users, revenue } = this.#tour.subtreeOf(user);
    return {
      user,
      revenue: this.#records.revenueOf(user),
      ownRevenue: this.#records.ownOf(user),
      referrer: this.#tour.referrerOf(user),
      depth: this.#records.levelOf(user),
      broughtUsers: users,
      broughtRevenue: revenue,
    };
  }

  /** What a user that is there came with. */
  ownRevenueOf(user: number): number {
    this.#settle();
    return this.#records.ownOf(user);
  }

  /** Who brought a user that is there; `NOBODY`. */
  referrerOf(user: number): number {
    this.#settle();
    return this.#tour.referrerOf(user);
  }

  /** By what those came with whom they brought directly; at most `MAX_TOP_REFERRERS`. */
  topReferrers(k: number): readonly TopReferrer[] {
    this.#settle();
    return this.#top.first(k);
  }

  /**
   * From here to `build` users are only gathered, and nothing can be asked: at a start they come by
   * the million, and building trees of them all at once costs a fraction of inserting one after the
   * other.
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
    const revenues = addUpSubtrees(this.#records, users);
    for (let user = 1; user <= count; user++) {
      const brought = revenues[user] - ownRevenues[user];
      if (brought > 0) this.#top.offer(user, brought);
    }
    const sorting = sort(revenues, count);
    this.#tour.load(users);
    this.#totalRevenue = this.#tour.revenue;
    this.#order.load(await sorting);
    this.#count = count;
    this.#waiting.beginAt(count + 1);
    this.#gathered = undefined;
  }

  /** All who wait go into the trees. */
  #settle(): void {
    const waiting = this.#waiting;
    if (waiting.count === 0) return;
    // Whose whole revenue is below brought less, too.
    const risen: Risen = { atLeast: this.#top.threshold, users: [] };
    this.#order.insertAll(waiting, risen);
    this.#tour.insertAll(waiting);
    for (const user of risen.users) {
      this.#top.offer(user, this.#records.revenueOf(user) - this.#records.ownOf(user));
    }
    waiting.beginAt(this.#count + 1);
  }
}
