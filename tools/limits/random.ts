const MODULUS = 2 ** 31 - 1;
const FACTOR = 48_271;

/** Numbers from 0 to 1 that a seed gives again (Park and Miller, minimal standard). */
export function randomFrom(seed: number): () => number {
  let state = (seed % (MODULUS - 1)) + 1;
  return () => {
    state = (state * FACTOR) % MODULUS;
    return state / MODULUS;
  };
}
