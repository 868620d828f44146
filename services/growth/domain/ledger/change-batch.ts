/** More digits at a time would be more places to write to than the nearest cache has lines of. */
const DIGIT_BITS = 11;
const DIGIT_MASK = 2 ** DIGIT_BITS - 1;
const FEW = 128;

/**
 * Pairs of a number to sort by and a word, both of 32 bits, that are done together in order of the
 * numbers: neighbours then share their way through a tree, and what each is about can be fetched
 * before its turn.
 */
export class ChangeBatch {
  /** Number, word, number, word and so on. */
  #pairs: Uint32Array;
  #spare: Uint32Array;
  readonly #starts = new Uint32Array(2 ** DIGIT_BITS);
  #highest = 0;
  count = 0;

  constructor(max: number) {
    this.#pairs = new Uint32Array(2 * max);
    this.#spare = new Uint32Array(2 * max);
  }

  get bytes(): number {
    return this.#pairs.byteLength + this.#spare.byteLength;
  }

  /** Returns its index until `sorted`. */
  add(number: number, word: number): number {
    const index = this.count++;
    this.#pairs[2 * index + 1] = word;
    this.setNumber(index, number);
    return index;
  }

  setNumber(index: number, number: number): void {
    this.#pairs[2 * index] = number;
    if (number > this.#highest) this.#highest = number;
  }

  /**
   * The pairs in order; of equals first what came first (a radix sort from the lowest digit). A few
   * stay as they came: order makes them quicker, not right, and to look through all digits would
   * cost more.
   */
  sorted(): Uint32Array {
    if (this.count < FEW) return this.#pairs;
    const bits = 32 - Math.clz32(this.#highest);
    for (let shift = 0; shift < bits; shift += DIGIT_BITS) this.#sortByDigit(shift);
    return this.#pairs;
  }

  clear(): void {
    this.count = 0;
    this.#highest = 0;
  }

  #sortByDigit(shift: number): void {
    const pairs = this.#pairs;
    const to = this.#spare;
    const starts = this.#starts.fill(0);
    const end = 2 * this.count;
    for (let i = 0; i < end; i += 2) starts[(pairs[i] >>> shift) & DIGIT_MASK] += 2;
    let sum = 0;
    for (let digit = 0; digit <= DIGIT_MASK; digit++) {
      const size = starts[digit];
      starts[digit] = sum;
      sum += size;
    }
    for (let i = 0; i < end; i += 2) {
      const digit = (pairs[i] >>> shift) & DIGIT_MASK;
      const at = starts[digit];
      starts[digit] = at + 2;
      to[at] = pairs[i];
      to[at + 1] = pairs[i + 1];
    }
    this.#pairs = to;
    this.#spare = pairs;
  }
}
