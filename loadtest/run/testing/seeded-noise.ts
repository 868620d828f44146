import { keyOf, mix, unit } from "../../../population/hash.ts";

const NOISE_KEY = 0x6e6f6973;

/** Independent standard normal draws (Box and Muller), the same for a seed every time. */
export function normalNoise(seed: number): () => number {
  const key = keyOf(seed, NOISE_KEY);
  let draws = 0;
  const next = () => unit(mix(key + draws++));
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
