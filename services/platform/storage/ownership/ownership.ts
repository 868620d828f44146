import { unavailable } from "../../grpc/errors/errors.ts";

/** Who serves which shard now. */
export interface Ownership {
  /** Whether the shard is this process's, and loaded. Nothing is served while `term` is 0. */
  owns(shard: number): boolean;
  /** True while every shard is this process's: spares hot paths a look at each. */
  ownsAll(): boolean;
  /**
   * Above 0 while the lease holds for certain (monotonic clock, less a margin, not suspended); another
   * number whenever a shard has left this process. Taken before a durable write and compared before
   * the acknowledgement, it tells that the owner was one throughout.
   */
  term(): number;
  /** host:port of the shard's owner; undefined when it has none, as far as this process knows. */
  ownerOf(shard: number): string | undefined;
  /** Who owns what; undefined before it is known. */
  map(): ShardMapView | undefined;
  close(): Promise<void>;
}

export interface ShardMapView {
  /** Rises with each change. */
  readonly version: number;
  /** An address of "" has the shards that nobody owns now. */
  readonly owners: readonly { readonly address: string; readonly shards: readonly number[] }[];
}

/** The map. Throws UNAVAILABLE before it is known: who adopted an empty one would let go of its owners. */
export function knownMap(ownership: { map(): ShardMapView | undefined }): ShardMapView {
  const known = ownership.map();
  if (known) return known;
  throw unavailable("this process has not seen the shards yet: ask another, or again");
}
