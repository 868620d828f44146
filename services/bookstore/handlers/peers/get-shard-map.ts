import type { GetShardMapRequest, GetShardMapResponse } from "#gen/bookstore/v1/peer.ts";
import type { Ownership } from "../../ports.ts";

/** Who owns what, as far as this process knows. */
export function getShardMap(ownership: Ownership) {
  return (_request: GetShardMapRequest): GetShardMapResponse => {
    const { version, owners } = ownership.map();
    const copies = owners.map(({ address, shards }) => ({ address, shards: [...shards] }));
    return { version: BigInt(version), owners: copies };
  };
}
