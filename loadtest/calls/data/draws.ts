import { keyOf, unit } from "../../../population/hash.ts";

/** Numbers from 0 to 1 for one call: the same for the same seed and call, whoever makes it. */
export function drawsOf(seed: number, call: number): () => number {
  const key = keyOf(keyOf(seed, DATA_KEY), call);
  let draws = 0;
  return () => unit(keyOf(key, draws++));
}

const DATA_KEY = 0x64617461;
