import type { UserFigures } from "../referral-ledger.ts";
import type { TopReferrer } from "../top-referrers.ts";

interface NaiveUser {
  readonly user: number;
  readonly ownRevenue: number;
  readonly referrer: number;
  revenue: number;
}

export interface Ranked {
  readonly user: number;
  readonly revenue: number;
}

/** The ledger as one would write it without a thought for speed: the truth in the tests. */
export class NaiveLedger {
  readonly users: NaiveUser[] = [];

  insert(revenue: number, referrer: number): number {
    const user = this.users.length + 1;
    this.users.push({ user, ownRevenue: revenue, referrer, revenue });
    if (referrer !== 0) this.users[referrer - 1].revenue += revenue;
    return user;
  }

  lowest(k: number, min: number, isInclusive: boolean): Ranked[] {
    return this.#sorted()
      .filter(({ revenue }) => revenue > min || (isInclusive && revenue === min))
      .slice(0, k);
  }

  highest(k: number, max: number, isInclusive: boolean): Ranked[] {
    return this.#sorted()
      .reverse()
      .filter(({ revenue }) => revenue < max || (isInclusive && revenue === max))
      .slice(0, k);
  }

  rankOf(user: number): number {
    return this.#sorted().findIndex((one) => one.user === user);
  }

  countBetween(min: number, max: number): number {
    return this.users.filter(({ revenue }) => revenue >= min && revenue <= max).length;
  }

  figuresOf(user: number): UserFigures {
    const { revenue, ownRevenue, referrer } = this.users[user - 1];
    const brought = this.users.filter((one) => one.user !== user && this.#isBelow(one, user));
    let depth = 0;
    for (let at = referrer; at !== 0; at = this.users[at - 1].referrer) depth++;
    return {
      user,
      revenue,
      ownRevenue,
      referrer,
      depth,
      broughtUsers: brought.length,
      broughtRevenue: brought.reduce((sum, one) => sum + one.ownRevenue, 0),
    };
  }

  topReferrers(k: number): TopReferrer[] {
    return this.users
      .map(({ user, revenue, ownRevenue }) => ({ user, brought: revenue - ownRevenue }))
      .filter(({ brought }) => brought > 0)
      .sort((a, b) => b.brought - a.brought || a.user - b.user)
      .slice(0, k);
  }

  #isBelow(one: NaiveUser, top: number): boolean {
    let at = one.user;
    while (at !== 0 && at !== top) at = this.users[at - 1].referrer;
    return at === top;
  }

  #sorted(): Ranked[] {
    return this.users
      .map(({ user, revenue }) => ({ user, revenue }))
      .sort((a, b) => a.revenue - b.revenue || a.user - b.user);
  }
}
