/** Whole-number hashing: the same on every machine, without state, a few ns. */

/**
 * Mixes 32 bits so that every bit of the input changes half of the output. Two multiplications with
 * low bias, found by search (C. Wellons, "Prospecting for Hash Functions", constants of 2022).
 */
export function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** The key of one use of a seed: unrelated to the keys of its other uses. */
export function keyOf(seed: number, use: number): number {
  return mix(mix(seed) + Math.imul(use, 0x9e3779b1));
}

/** 32 bits as a number in [0, 1). */
export function unit(bits: number): number {
  return (bits >>> 0) / 4_294_967_296;
}
