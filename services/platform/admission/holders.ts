/** One who has calls in a server: an instance of a service, an address, a user. */
export interface Holder {
  /** How many times what is free now it may hold. */
  readonly share: number;
  held: number;
  /** Calls that were let in, and hold nothing until the rest of their request has come. */
  awaited: number;
}

/** Those who hold something or will, by key: nobody else is remembered, so there are never many more than calls. */
export class Holders {
  readonly #share: number;
  readonly #holders = new Map<string, Holder>();

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
    const holder = { share: this.#share, held: 0, awaited: 0 };
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
