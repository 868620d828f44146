import type { Amounts } from "../amounts.ts";

/** A sum that amounts come into and leave again; those without limit are counted apart. */
class Sum {
  #finite = 0;
  #unlimited = 0;

  get value(): number {
    return this.#unlimited > 0 ? Infinity : this.#finite;
  }

  /** Without one amount that is in it. */
  without(amount: number): number {
    if (amount !== Infinity) return this.value - amount;
    return this.#unlimited > 1 ? Infinity : this.#finite;
  }

  change(amount: number, sign: 1 | -1): void {
    if (amount === Infinity) this.#unlimited += sign;
    else this.#finite += sign * amount;
  }
}

/** Sums of operations and of bytes. */
export class Tally implements Amounts {
  readonly #ops = new Sum();
  readonly #bytes = new Sum();

  get ops(): number {
    return this.#ops.value;
  }

  get bytes(): number {
    return this.#bytes.value;
  }

  /** What the others have, besides `own`, which is in it. */
  without(own: Amounts): Amounts {
    return { ops: this.#ops.without(own.ops), bytes: this.#bytes.without(own.bytes) };
  }

  /** Puts an amount in the place of another. */
  replace(before: Amounts, after: Amounts): void {
    this.#ops.change(before.ops, -1);
    this.#ops.change(after.ops, 1);
    this.#bytes.change(before.bytes, -1);
    this.#bytes.change(after.bytes, 1);
  }
}
