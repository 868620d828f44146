import { SHARD_COUNT } from "../../model/shards.ts";

/** The owner of each shard, as small numbers: the hot path looks up every viewer of every post. */
export interface OwnerTable {
  /** Addresses by number; number 0 is "": no owner known. */
  readonly addresses: readonly string[];
  /** By shard. */
  readonly numbers: Uint16Array;
  /** The owner of every shard, when it is one: then nothing needs to be cut. */
  readonly sole: string | undefined;
}

export const NO_OWNER = "";

/** `ownerOf` gives the address of a shard's owner, undefined when there is none. */
export function buildOwnerTable(ownerOf: (shard: number) => string | undefined): OwnerTable {
  const known = new Map([[NO_OWNER, 0]]);
  const numbers = new Uint16Array(SHARD_COUNT);
  for (let shard = 0; shard < SHARD_COUNT; shard++) {
    const address = ownerOf(shard) ?? NO_OWNER;
    numbers[shard] = known.getOrInsertComputed(address, () => known.size);
  }
  const addresses = [...known.keys()];
  const sole = numbers.every((number) => number === 1) ? addresses[1] : undefined;
  return { addresses, numbers, sole };
}
