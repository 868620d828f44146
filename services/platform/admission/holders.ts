/** One who has calls in a server: an instance of a service, an address, a user. */
export interface Holder {
  /** How many times what is free now it may hold. */
  readonly share: number;
  held: number;
}

/** Those who hold something, by key: nobody else is remembered, so there are never many more than calls. */
export class Holders {
  readonly #share: number;
  readonly #holders = new Map<string, Holder>();

  constructor(share: number) {
    this.#share = share;
  }

  get size(): number {
    return this.#holders.size;
  }

  /** Of this turn only: who holds nothing is forgotten. */
  of(key: string): Holder {
    const known = this.#holders.get(key);
    if (known) return known;
    const holder = { share: this.#share, held: 0 };
    this.#holders.set(key, holder);
    return holder;
  }

  /** Now and then. */
  forgetIdle(): void {
    for (const [key, { held }] of this.#holders) if (held === 0) this.#holders.delete(key);
  }
}
