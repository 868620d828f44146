import { shardOfHalves } from "../../model/shards.ts";
import type { OwnerTable } from "./owner-table.ts";

/** The viewers of one owner, as pairs, in the order they came in. */
export interface OwnersPart {
  readonly owner: string;
  readonly viewers: Uint32Array;
}

/** Cuts viewers (pairs of halves) by the owner of their shard. Two passes: count, then scatter. */
export function partition(viewers: Uint32Array, table: OwnerTable): OwnersPart[] {
  if (viewers.length === 0) return [];
  if (table.sole !== undefined) return [{ owner: table.sole, viewers }];
  const { addresses, numbers } = table;
  const count = viewers.length / 2;
  const numberOf = new Uint16Array(count);
  const sizes = new Uint32Array(addresses.length);
  for (let i = 0; i < count; i++) {
    const number = numbers[shardOfHalves(viewers[2 * i], viewers[2 * i + 1])];
    numberOf[i] = number;
    sizes[number]++;
  }
  const whole = sizes.indexOf(count);
  if (whole !== -1) return [{ owner: addresses[whole], viewers }];
  return scatter(viewers, addresses, numberOf, sizes);
}

function scatter(
  viewers: Uint32Array,
  addresses: readonly string[],
  numberOf: Uint16Array,
  sizes: Uint32Array,
): OwnersPart[] {
  const all = new Uint32Array(viewers.length);
  const next = new Uint32Array(sizes.length);
  const parts: OwnersPart[] = [];
  let start = 0;
  for (let number = 0; number < sizes.length; number++) {
    next[number] = start;
    const end = start + 2 * sizes[number];
    if (end > start) parts.push({ owner: addresses[number], viewers: all.subarray(start, end) });
    start = end;
  }
  for (let i = 0; i < numberOf.length; i++) {
    const at = next[numberOf[i]];
    all[at] = viewers[2 * i];
    all[at + 1] = viewers[2 * i + 1];
    next[numberOf[i]] = at + 2;
  }
  return parts;
}
