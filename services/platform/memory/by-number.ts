const FIRST_PLACES = 64;
/** At most so full: then whoever looks finds within a few steps. */
const FULLEST = 0.5;

/**
 * A map from whole numbers above 0, up to 2^31 - 1, for what comes and goes thousands of times a second: why a Map will
 * not do is said at `Roster`. Open addressing with linear probing; deleting moves later ones back (Knuth, TAOCP 6.4,
 * algorithm R). It grows and never shrinks.
 */
export class ByNumber<T> {
  /** 0: free. */
  #numbers = new Int32Array(FIRST_PLACES);
  #values: (T | undefined)[] = emptyPlaces(FIRST_PLACES);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(number: number): T | undefined {
    return this.#values[this.#placeOf(number)];
  }

  set(number: number, value: T): this {
    let at = this.#placeOf(number);
    if (this.#numbers[at] === 0) {
      if (this.#size >= this.#numbers.length * FULLEST) {
        this.#grow();
        at = this.#placeOf(number);
      }
      this.#size++;
      this.#numbers[at] = number;
    }
    this.#values[at] = value;
    return this;
  }

  /** Whether it was there. */
  delete(number: number): boolean {
    const at = this.#placeOf(number);
    if (this.#numbers[at] === 0) return false;
    this.#size--;
    this.#closeGap(at);
    return true;
  }

  /** Those that are here when it is called, whatever is deleted meanwhile. */
  forEach(visit: (value: T, number: number) => void): void {
    const numbers = this.#numbers.slice();
    const values = this.#values.slice();
    numbers.forEach((number, at) => {
      const value = values[at];
      if (number !== 0 && value !== undefined) visit(value, number);
    });
  }

  /** Where it is, or would be. */
  #placeOf(number: number): number {
    const numbers = this.#numbers;
    const mask = numbers.length - 1;
    let at = homeOf(number, mask);
    while (numbers[at] !== number && numbers[at] !== 0) at = (at + 1) & mask;
    return at;
  }

  #closeGap(first: number): void {
    const numbers = this.#numbers;
    const values = this.#values;
    const mask = numbers.length - 1;
    let gap = first;
    for (let at = (first + 1) & mask; numbers[at] !== 0; at = (at + 1) & mask) {
      const home = homeOf(numbers[at], mask);
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      numbers[gap] = numbers[at];
      values[gap] = values[at];
      gap = at;
    }
    numbers[gap] = 0;
    values[gap] = undefined;
  }

  #grow(): void {
    const numbers = this.#numbers;
    const values = this.#values;
    this.#numbers = new Int32Array(2 * numbers.length);
    this.#values = emptyPlaces(2 * numbers.length);
    for (let at = 0; at < numbers.length; at++) {
      if (numbers[at] === 0) continue;
      const to = this.#placeOf(numbers[at]);
      this.#numbers[to] = numbers[at];
      this.#values[to] = values[at];
      // What the old places hold until they are collected is not to live as long.
      values[at] = undefined;
    }
  }
}

function emptyPlaces<T>(count: number): (T | undefined)[] {
  return new Array<T | undefined>(count).fill(undefined);
}

/** Numbers of one connection's streams are all odd: by their lowest bit alone half of the places would stay free. */
function homeOf(number: number, mask: number): number {
  return (number >>> 1) & mask;
}
