/** Shards: 4,096 fixed groups of viewers. The hash works on 32-bit halves so that hot paths need no bigint. */

export const SHARD_COUNT = 4_096;

/** The shard of the viewer whose id has these 32-bit halves. */
export function shardOfHalves(low: number, high: number): number {
  let h = low ^ Math.imul(high, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) & (SHARD_COUNT - 1);
}

/** The shard of a viewer. */
export function shardOf(viewer: bigint): number {
  return shardOfHalves(Number(viewer & 0xffffffffn), Number(viewer >> 32n));
}
