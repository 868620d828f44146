import { SHARD_COUNT } from "../../../model/shards.ts";
import type { Ownership, ShardMapView } from "../../ports.ts";

const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

/** The place, in a list of so many processes, of the shard's owner. */
export function ownerIndexOf(shard: number, count: number): number {
  return shard % count;
}

/**
 * Embedded: shard s belongs to process s mod N for ever, by position in the list of addresses. Each
 * process has its own log, so changing N means that viewers who move are filled again (own-folder.ts).
 */
export function createStaticOwnership(
  addresses: () => readonly string[],
  ownIndex: number,
): Ownership {
  const count = addresses().length;
  return {
    owns: (shard) => ownerIndexOf(shard, count) === ownIndex,
    ownsAll: () => count === 1 && ownIndex === 0,
    term: () => 1,
    ownerOf: (shard) => addresses()[ownerIndexOf(shard, count)],
    map: () => mapOf(addresses()),
    close: async () => {},
  };
}

function mapOf(addresses: readonly string[]): ShardMapView {
  const owners = addresses.map((address, index) => ({
    address,
    shards: SHARDS.filter((shard) => ownerIndexOf(shard, addresses.length) === index),
  }));
  return { version: 1, owners };
}
