import type { Member, ShardRow } from "./assignment.ts";
import type { ShardMapView } from "./ownership.ts";

/** Who owns what, as this process saw it last. */
export class ShownMap {
  #addresses: readonly string[] = [];
  #version = 0;

  ownerOf(shard: number): string | undefined {
    return this.#addresses[shard] || undefined;
  }

  view(): ShardMapView | undefined {
    if (this.#version === 0) return undefined;
    const shardsByAddress = new Map<string, number[]>();
    this.#addresses.forEach((address, shard) => {
      shardsByAddress.getOrInsertComputed(address, () => []).push(shard);
    });
    const owners = [...shardsByAddress].map(([address, shards]) => ({ address, shards }));
    return { version: this.#version, owners };
  }

  show(rows: readonly ShardRow[], alive: readonly Member[], nowMs: number): void {
    const living = new Set(alive.map(({ generation }) => generation));
    const next = rows.map(({ generation, address }) => (living.has(generation) ? address : ""));
    if (next.every((address, shard) => address === this.#addresses[shard])) return;
    this.#addresses = next;
    // Comparable between processes, since routers ask any of them: the later look wins.
    this.#version = Math.max(this.#version + 1, nowMs);
  }
}
