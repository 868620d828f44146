import { keyOf, mix, unit } from "../../population/hash.ts";
import type { ComparedPair } from "./compare-result.ts";

type Order = ComparedPair["order"];

const ORDER_KEY = 0x6f726472;

/**
 * Which of each pair runs first: as often the one as the other, in random order. So neither what the first
 * run of a pair does to the second, nor a drift, is taken for a difference.
 */
export function interleave(pairs: number, seed: number): readonly Order[] {
  const key = keyOf(seed, ORDER_KEY);
  let draws = 0;
  const below = (count: number) => Math.floor(unit(mix(key + draws++)) * count);
  const odd = below(2); // which of the two has one more, when the number is odd
  const orders = Array.from({ length: pairs }, (_, i): Order => (i % 2 === odd ? "AB" : "BA"));
  for (let i = pairs - 1; i > 0; i--) {
    const j = below(i + 1); // Fisher and Yates
    [orders[i], orders[j]] = [orders[j], orders[i]];
  }
  return orders;
}
