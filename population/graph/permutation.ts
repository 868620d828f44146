/**
 * Keyed permutations of 0 to size - 1, both ways, in a few ns: xor, odd multiplications and shifts of
 * half the bits, each of which can be undone; results beyond `size` walk on along their cycle
 * (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). No cipher: only well mixed.
 */

const FIRST = 0x6c8e9cf5;
const SECOND = 0x2c1b3c6d;
const THIRD = 0x297a2d39;
const FIRST_INVERSE = inverseOfOdd(FIRST);
const SECOND_INVERSE = inverseOfOdd(SECOND);
const THIRD_INVERSE = inverseOfOdd(THIRD);

/** Largest size: all values stay whole numbers of 31 bits, which engines keep unboxed. */
export const MAX_PERMUTED = 2_147_483_647;

/** x with odd * x = 1, modulo 2^32; Newton's iteration doubles the right bits from 3. */
export function inverseOfOdd(odd: number): number {
  let x = odd;
  x = Math.imul(x, 2 - Math.imul(odd, x));
  x = Math.imul(x, 2 - Math.imul(odd, x));
  x = Math.imul(x, 2 - Math.imul(odd, x));
  return Math.imul(x, 2 - Math.imul(odd, x));
}

/** What one size needs: all keys share it. */
export interface Domain {
  readonly size: number;
  /** All ones, as many as the largest value has bits. */
  readonly mask: number;
  /** At least half of the bits, so that x ^ (x >>> shift) undoes itself. */
  readonly shift: number;
}

export function domainOf(size: number): Domain {
  const bits = Math.max(1, 32 - Math.clz32(size - 1));
  return { size, mask: 2 ** bits - 1, shift: (bits + 1) >>> 1 };
}

/** Where the permutation of `key` sends `value`. */
export function permute(value: number, key: number, { size, mask, shift }: Domain): number {
  let x = value;
  do {
    x = Math.imul(x ^ key, FIRST) & mask;
    x ^= x >>> shift;
    x = Math.imul(x ^ (key >>> 11), SECOND) & mask;
    x ^= x >>> shift;
    x = Math.imul(x, THIRD) & mask;
    x ^= x >>> shift;
  } while (x >= size);
  return x;
}

/** What the permutation of `key` sends to `value`. */
export function unpermute(value: number, key: number, { size, mask, shift }: Domain): number {
  let x = value;
  do {
    x ^= x >>> shift;
    x = Math.imul(x, THIRD_INVERSE) & mask;
    x ^= x >>> shift;
    x = (Math.imul(x, SECOND_INVERSE) ^ (key >>> 11)) & mask;
    x ^= x >>> shift;
    x = (Math.imul(x, FIRST_INVERSE) ^ key) & mask;
  } while (x >= size);
  return x;
}
