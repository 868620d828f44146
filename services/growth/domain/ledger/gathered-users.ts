/** Users by id, with what never changes of them: what a ledger is built from at a start. */
export class GatheredUsers {
  readonly #maxUsers: number;
  /** By user. */
  ownRevenues = new Float64Array(1);
  referrers = new Uint32Array(1);
  count = 0;

  constructor(maxUsers: number) {
    this.#maxUsers = maxUsers;
  }

  /** There will be so many users at least. */
  reserve(count: number): void {
    if (count > this.count) this.#reach(count);
  }

  /** The next user; returns its id. */
  add(revenue: number, referrer: number): number {
    const user = this.count + 1;
    this.#reach(user);
    this.ownRevenues[user] = revenue;
    this.referrers[user] = referrer;
    this.count = user;
    return user;
  }

  /** Users from `first` on, in chunks that come in any order. */
  set(first: number, revenues: Float64Array, referrers: Uint32Array): void {
    const last = first + revenues.length - 1;
    this.#reach(last);
    this.ownRevenues.set(revenues, first);
    this.referrers.set(referrers, first);
    this.count = Math.max(this.count, last);
  }

  #reach(user: number): void {
    if (user < this.ownRevenues.length) return;
    const length = Math.max(user + 1, Math.min(2 * user, this.#maxUsers + 1));
    const ownRevenues = new Float64Array(length);
    const referrers = new Uint32Array(length);
    ownRevenues.set(this.ownRevenues);
    referrers.set(this.referrers);
    this.ownRevenues = ownRevenues;
    this.referrers = referrers;
  }
}
