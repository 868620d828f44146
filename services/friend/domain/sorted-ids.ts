/**
 * Sorted lists of ids in 32-bit halves (model/wire/id-pairs.ts): a list goes from the store to the
 * socket as it is, and the hot path makes no object an id.
 */

export const NO_IDS: Uint32Array = new Uint32Array(0);

/** How many ids the pairs hold. */
export function idCount(pairs: Uint32Array): number {
  return pairs.length / 2;
}

/** The index of the first id at or above `id`; the count when there is none. */
export function lowerBound(pairs: Uint32Array, id: bigint): number {
  const idLow = Number(id & 0xffff_ffffn);
  const idHigh = Number(id >> 32n);
  let start = 0;
  let end = idCount(pairs);
  while (start < end) {
    const middle = (start + end) >>> 1;
    const high = pairs[2 * middle + 1];
    const isBelow = high !== idHigh ? high < idHigh : pairs[2 * middle] < idLow;
    if (isBelow) start = middle + 1;
    else end = middle;
  }
  return start;
}

/** Whether the id that `lowerBound` found at `index` is `id` itself. */
export function isIdAt(pairs: Uint32Array, index: number, id: bigint): boolean {
  const isThere = index < idCount(pairs);
  return (
    isThere &&
    pairs[2 * index] === Number(id & 0xffff_ffffn) &&
    pairs[2 * index + 1] === Number(id >> 32n)
  );
}

export function includesId(pairs: Uint32Array, id: bigint): boolean {
  return isIdAt(pairs, lowerBound(pairs, id), id);
}

/** The ids in [from, before), at most `max`; `before` 0n has no end. A view, not a copy. */
export function sliceIds(
  pairs: Uint32Array,
  from: bigint,
  before: bigint,
  max: number,
): Uint32Array {
  const start = lowerBound(pairs, from);
  const end = before === 0n ? idCount(pairs) : Math.max(start, lowerBound(pairs, before));
  return pairs.subarray(2 * start, 2 * Math.min(end, start + max));
}

/** A copy with `id` put in at `index`, where `lowerBound` found its place. */
export function insertId(pairs: Uint32Array, index: number, id: bigint): Uint32Array {
  const grown = new Uint32Array(pairs.length + 2);
  grown.set(pairs.subarray(0, 2 * index));
  grown[2 * index] = Number(id & 0xffff_ffffn);
  grown[2 * index + 1] = Number(id >> 32n);
  grown.set(pairs.subarray(2 * index), 2 * index + 2);
  return grown;
}

/** A copy without the id at `index`. */
export function removeId(pairs: Uint32Array, index: number): Uint32Array {
  const shrunk = new Uint32Array(pairs.length - 2);
  shrunk.set(pairs.subarray(0, 2 * index));
  shrunk.set(pairs.subarray(2 * index + 2), 2 * index);
  return shrunk;
}

/** Lists one after the other, as one. */
export function joinIds(lists: readonly Uint32Array[]): Uint32Array {
  if (lists.length === 1) return lists[0];
  const joined = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    joined.set(list, at);
    at += list.length;
  }
  return joined;
}
