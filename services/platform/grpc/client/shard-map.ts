/** Who owns which shards, as `GetShardMap` of the timeline service answers. */
export interface ShardMap {
  /** Of two maps, the one with the higher version was made later. */
  readonly version: bigint | number;
  readonly owners: readonly {
    /** host:port; empty: these shards have no owner now. */
    readonly address: string;
    readonly shards: readonly number[];
  }[];
}

/** The owner's address by shard; undefined where there is none. */
export function ownersByShard({ owners }: ShardMap): (string | undefined)[] {
  const addresses: (string | undefined)[] = [];
  for (const { address, shards } of owners) {
    if (address === "") continue;
    for (const shard of shards) addresses[shard] = address;
  }
  return addresses;
}
