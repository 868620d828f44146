import { SHARD_COUNT } from "../../../model/shards.ts";
import type { Ownership, ShardMapView } from "../../ports.ts";

const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

/**
 * Embedded: shard s belongs to process s mod N for ever, by position in the list of addresses. Each
 * process has its own log, so changing N means starting from empty timelines (they fill again).
 */
export function createStaticOwnership(
  addresses: () => readonly string[],
  ownIndex: number,
): Ownership {
  const count = addresses().length;
  return {
    owns: (shard) => shard % count === ownIndex,
    ownsAll: () => count === 1,
    term: () => 1,
    ownerOf: (shard) => addresses()[shard % count],
    map: () => mapOf(addresses()),
    close: async () => {},
  };
}

function mapOf(addresses: readonly string[]): ShardMapView {
  const owners = addresses.map((address, index) => ({
    address,
    shards: SHARDS.filter((shard) => shard % addresses.length === index),
  }));
  return { version: 1, owners };
}
