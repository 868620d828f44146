import type { GetShardMapRequest, GetShardMapResponse } from "#gen/bookstore/v1/peer.ts";
import { knownMap } from "../../../platform/storage/ownership/ownership.ts";
import type { Ownership } from "../../ports.ts";

/** Who owns what, as far as this process knows. */
export function getShardMap(ownership: Ownership) {
  return (_request: GetShardMapRequest): GetShardMapResponse => {
    const { version, owners } = knownMap(ownership);
    const copies = owners.map(({ address, shards }) => ({ address, shards: [...shards] }));
    return { version: BigInt(version), owners: copies };
  };
}
