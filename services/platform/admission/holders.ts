/** One who has calls in a server: an instance of a service, an address, a user. */
export class Holder {
  /** How many times what is free now it may hold. */
  readonly share: number;
  /** Calls that were let in, and hold nothing until the rest of their request has come. */
  awaited = 0;
  readonly #all: Holders;
  #held = 0;

  constructor(share: number, all: Holders) {
    this.share = share;
    this.#all = all;
  }

  get held(): number {
    return this.#held;
  }

  take(): void {
    if (this.#held++ === 0) this.#all.holding++;
  }

  give(): void {
    if (--this.#held === 0) this.#all.holding--;
  }

  /** With one more no more than each of its kind would have of `calls`, if all had as many. */
  isWithinEvenPart(calls: number): boolean {
    const isNew = this.#held === 0;
    return (this.#held + 1) * (this.#all.holding + (isNew ? 1 : 0)) <= calls;
  }
}

/** Those who hold something or will, by key: nobody else is remembered, so there are never many more than calls. */
export class Holders {
  readonly #share: number;
  readonly #holders = new Map<string, Holder>();
  /** How many hold something now. */
  holding = 0;

  constructor(share: number) {
    this.#share = share;
  }

  get size(): number {
    return this.#holders.size;
  }

  /** Of this turn only: who has no call here is forgotten. */
  of(key: string): Holder {
    const known = this.#holders.get(key);
    if (known) return known;
    const holder = new Holder(this.#share, this);
    this.#holders.set(key, holder);
    return holder;
  }

  /** Now and then. */
  forgetIdle(): void {
    for (const [key, { held, awaited }] of this.#holders) {
      if (held + awaited === 0) this.#holders.delete(key);
    }
  }
}
