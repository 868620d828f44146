/** A user and what those brought directly came with, together. */
export interface TopReferrer {
  readonly user: number;
  readonly brought: number;
}

/**
 * The users who brought most, directly. What a user brought only grows, so a bounded list is exact:
 * who was pushed out can come back only by growing, and is offered then. Ties: the lower user id
 * first.
 */
export class TopReferrers {
  readonly #max: number;
  readonly #brought = new Map<number, number>();
  /** Nobody below it can come in; -1 while the list has room. */
  #threshold = -1;

  /** Keeps at least `max` of the first, and sorts out when there are twice as many. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Nobody who brought less comes in. */
  get threshold(): number {
    return this.#threshold;
  }

  /** A user's sum is now this. */
  offer(user: number, brought: number): void {
    if (brought < this.#threshold || brought === 0) return;
    this.#brought.set(user, brought);
    if (this.#brought.size >= 2 * this.#max) this.#sortOut();
  }

  /** The first `k` of at most `max`. */
  first(k: number): readonly TopReferrer[] {
    return this.#sorted().slice(0, k);
  }

  #sorted(): TopReferrer[] {
    return [...this.#brought]
      .map(([user, brought]) => ({ user, brought }))
      .sort((a, b) => b.brought - a.brought || a.user - b.user);
  }

  #sortOut(): void {
    const sorted = this.#sorted();
    for (const { user } of sorted.slice(this.#max)) this.#brought.delete(user);
    this.#threshold = sorted[this.#max - 1].brought;
  }
}
