import type { GetShardMapRequest, GetShardMapResponse } from "#gen/timeline/v1/timeline.ts";
import { knownMap } from "../../platform/storage/ownership/ownership.ts";
import type { Ownership } from "../ports.ts";

export function getShardMap(ownership: Ownership) {
  return (_request: GetShardMapRequest): GetShardMapResponse => {
    const { version, owners } = knownMap(ownership);
    const copies = owners.map(({ address, shards }) => ({ address, shards: [...shards] }));
    return { version: BigInt(version), owners: copies };
  };
}
