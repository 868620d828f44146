/** Revenues below this are keys as they are. */
export const EXACT_BELOW = 2 ** 31;
/** Above, so many share a key. */
const COARSE_UNITS = 2 ** 22;

/**
 * A revenue, 0 to 2^53-1, in 32 bits: of two the lower never has the higher key. Nearly all
 * revenues are exact in it, and the entries of an order are 8 bytes, half as many lines of the
 * cache as with doubles. Of equal keys that are not exact the whole revenues, by user, decide.
 */
export function shortKeyOf(revenue: number): number {
  if (revenue < EXACT_BELOW) return revenue;
  return (
    (EXACT_BELOW + Math.floor(Math.min(revenue, Number.MAX_SAFE_INTEGER) / COARSE_UNITS)) >>> 0
  );
}

/** What a short key leaves out; of more than anybody has more than of anybody. */
export function restOfKey(revenue: number): number {
  if (revenue < EXACT_BELOW) return 0;
  return revenue > Number.MAX_SAFE_INTEGER ? COARSE_UNITS : revenue % COARSE_UNITS;
}

/** The revenue that has this short key and this rest. */
export function revenueOfKey(key: number, rest: number): number {
  return key < EXACT_BELOW ? key : (key - EXACT_BELOW) * COARSE_UNITS + rest;
}
