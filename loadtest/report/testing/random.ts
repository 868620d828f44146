import { keyOf, mix, unit } from "../../../population/hash.ts";

/** Numbers in [0, 1) from a seed, always the same. */
export function randomOf(seed: number): () => number {
  const key = keyOf(seed, 1);
  let n = 0;
  return () => unit(mix(key + Math.imul(++n, 0x9e3779b1)));
}

/** A log-normal time with its median, in whole us: most are near it, few far above. */
export function timeAround(random: () => number, medianMicros: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.round(medianMicros * Math.exp(sigma * normal));
}
